"""Days and times as the reader writes them: their language, their time zone.

Where a line must not break (before "Uhr", inside "24. September", between number and unit) stands a
no-break space. Words are lower case, as inside a sentence; `upfirst` is for where one begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import cast

from babel import Locale, dates, lists
from flask import g
from flask_babel import get_locale, get_timezone, ngettext, pgettext
from flask_babel import gettext as _

from app.core import clock

LOOSE = re.compile(r"(\d\.?) (?=[^\W\d])")


@contextmanager
def force_time_zone(name: str) -> Iterator[None]:
    """Tell times in this zone for the length of the block, as flask_babel.force_locale does for words."""
    before = get_timezone()
    g._flask_babel.babel_tzinfo = dates.get_timezone(name)
    try:
        yield
    finally:
        g._flask_babel.babel_tzinfo = before


def day(value: date | datetime) -> str:
    """A day: "today", "yesterday", "tomorrow", or "Thursday, September 24"; with its year if not this one."""
    value = _day_of(value)
    near: dict[int, str] = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    return near.get((value - _today()).days) or _written(value, "full")


def date_of(value: date) -> str:
    """A day by its number: "September 24"; with its year if not this one."""
    return _written(value, "long")


def moment(instant: datetime) -> str:
    """When something happened: "today, 9:20 AM", "yesterday, 4:40 PM", or "September 18"."""
    value = _day_of(instant)
    if abs((value - _today()).days) <= 1:
        return _at(day(value), clock_time(instant))
    return _written(value, "long")


def exactly(instant: datetime) -> str:
    """Day, year and time to the second, as on a receipt."""
    there = _there(instant)
    written = dates.format_date(there, _joined(_locale().date_formats["full"].pattern), _locale())
    time = dates.format_time(there, "medium", locale=_locale())
    return _at(written, _o_clock(time))


def zone(instant: datetime) -> str:
    """The zone that the time is told in, as far from UTC as it was then: "UTC+2"."""
    offset = _there(instant).utcoffset() or timedelta()
    hours, rest = divmod(abs(offset), timedelta(hours=1))
    minutes = f":{rest // timedelta(minutes=1):02}" if rest else ""
    sign = "-" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}{minutes}" if offset else "UTC"


def clock_time(instant: datetime) -> str:
    """A time of day: "9:20 AM", in German with its "Uhr"."""
    return _o_clock(dates.format_time(_there(instant), "short", locale=_locale()))


def deadline(value: date | datetime) -> str:
    """Until when: "today by 6:00 PM", "by Friday, September 25"; a date has no time of day."""
    near: dict[int, str] = {}
    if isinstance(value, datetime):
        time = clock_time(value)
        near[-1] = _("yesterday by %(time)s", time=time)
        near[0] = _("today by %(time)s", time=time)
        near[1] = _("tomorrow by %(time)s", time=time)
    return near.get((_day_of(value) - _today()).days) or str(_("by %(day)s", day=day(value)))


def since(instant: datetime) -> str:
    """How long already: "for 3 hours", "since yesterday", "for 6 days"."""
    unit, count = _age(instant)
    if unit == "moment":
        text = _("for a moment")
    elif unit == "minute":
        text = ngettext("for %(num)s minute", "for %(num)s minutes", count)
    elif unit == "hour":
        text = ngettext("for %(num)s hour", "for %(num)s hours", count)
    elif unit == "night":
        text = _("since yesterday")
    elif unit == "day":
        text = ngettext("for %(num)s day", "for %(num)s days", count)
    elif unit == "month":
        text = ngettext("for %(num)s month", "for %(num)s months", count)
    else:
        text = ngettext("for %(num)s year", "for %(num)s years", count)
    return _tied(text)


def lasting(span: timedelta) -> str:
    """How long something took: "less than an hour", "5 hours", "6 days"."""
    hours, days = round(span / timedelta(hours=1)), round(span / timedelta(days=1))
    if hours < 1:
        text = _("less than an hour")
    elif span < timedelta(days=1):
        text = ngettext("%(num)s hour", "%(num)s hours", hours)
    else:
        text = ngettext("%(num)s day", "%(num)s days", days)
    return _tied(text)


def ago(instant: datetime) -> str:
    """How long before now: "3 hours ago", "yesterday", "6 days ago"."""
    unit, count = _age(instant)
    if unit == "moment":
        text = _("just now")
    elif unit == "minute":
        text = ngettext("%(num)s minute ago", "%(num)s minutes ago", count)
    elif unit == "hour":
        text = ngettext("%(num)s hour ago", "%(num)s hours ago", count)
    elif unit == "night":
        text = _("yesterday")
    elif unit == "day":
        text = ngettext("%(num)s day ago", "%(num)s days ago", count)
    elif unit == "month":
        text = ngettext("%(num)s month ago", "%(num)s months ago", count)
    else:
        text = ngettext("%(num)s year ago", "%(num)s years ago", count)
    return _tied(text)


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: "Jana, Tom, and Ole"."""
    return lists.format_list(names, locale=_locale())


def _locale() -> Locale:
    return cast(Locale, get_locale() or Locale("en"))


def _there(instant: datetime) -> datetime:
    """The instant on the reader's clock."""
    return instant.astimezone(get_timezone() or UTC)


def _day_of(value: date | datetime) -> date:
    return _there(value).date() if isinstance(value, datetime) else value


def _today() -> date:
    return _there(clock.now()).date()


def _written(value: date, style: str) -> str:
    pattern = _locale().date_formats[style].pattern
    if value.year == _today().year:
        pattern = re.sub(r",? y+$", "", pattern)
    return dates.format_date(value, _joined(pattern), _locale())


def _joined(pattern: str) -> str:
    """The pattern of a date, its day and month on one line."""
    pattern = re.sub(r"(d\.?) (?=M)", "\\1\N{NO-BREAK SPACE}", pattern)
    return re.sub(r"(M) (?=d)", "\\1\N{NO-BREAK SPACE}", pattern)


def _at(written: str, time: str) -> str:
    return str(_("%(day)s, %(time)s", day=written, time=time))


def _o_clock(time: str) -> str:
    return _tied(pgettext("time of day", "%(time)s", time=time))


def _tied(text: str) -> str:
    """The text, its numbers and their units on one line."""
    return LOOSE.sub("\\1\N{NO-BREAK SPACE}", text)


def _age(instant: datetime) -> tuple[str, int]:
    """How long ago, in the unit that says it well. A night is what lies between yesterday and today."""
    passed = max(clock.now() - instant, timedelta())
    days = (_today() - _day_of(instant)).days
    if passed < timedelta(minutes=1):
        age = "moment", 0
    elif passed < timedelta(hours=1):
        age = "minute", passed // timedelta(minutes=1)
    elif days < 1 or passed < timedelta(hours=6):
        age = "hour", passed // timedelta(hours=1)
    elif days == 1:
        age = "night", 1
    elif days < 60:
        age = "day", days
    elif days < 730:
        age = "month", days // 30
    else:
        age = "year", days // 365
    return age
