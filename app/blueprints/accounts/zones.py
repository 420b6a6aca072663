"""Time zones as people choose them: those of most of our readers first."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

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
    return {
        _("Common ones"): [_choice(name) for name in COMMON],
        _("All others"): [_choice(name) for name in _others()],
    }


def _choice(name: str) -> Choice:
    return name, name.replace("_", " ").replace("/", ", ")


@cache
def _others() -> list[str]:
    known = available_timezones() - set(COMMON)
    return sorted(name for name in known if name.startswith(REGIONS))
