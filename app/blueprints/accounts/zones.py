"""Time zones as people choose them, by their cities: those of most of our readers first."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location
from flask_babel import get_locale
from flask_babel import gettext as _

COMMON = (
    "Europe/Berlin",
    "Europe/Vienna",
    "Europe/Zurich",
    "Europe/London",
    "Europe/Paris",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)
REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)

Choice = tuple[str, str]


def zone_choices() -> dict[str, list[Choice]]:
    """All time zones in two groups, for a select."""
    language = str(get_locale() or "en")
    return {
        _("Common ones"): [_choice(name, language) for name in COMMON],
        _("All others"): _others(language),
    }


def is_zone(name: str) -> bool:
    """Whether there is such a time zone; the list of all takes long to read."""
    try:
        return bool(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):  # None of that name, or one that leads elsewhere.
        return False


def _choice(name: str, language: str) -> Choice:
    city = get_timezone_location(name, locale=language, return_city=True)
    return name, city.rpartition("/")[2]  # Some come with their region: Argentina/Buenos Aires.


@cache
def _others(language: str) -> list[Choice]:
    """The rest, each place once: old names of a place that goes by another one are left out."""
    known = available_timezones() - set(COMMON) - set(get_global("zone_aliases"))
    choices = [_choice(name, language) for name in known if name.startswith(REGIONS)]
    return sorted(choices, key=lambda choice: choice[1])
