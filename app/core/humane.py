"""Humane hours: mails that nobody waits for come on working days, from nine in the morning, where the person is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING, EVENING = time(9), time(18)
SATURDAY = 5
DAY = timedelta(days=1)


def is_humane(instant: datetime, zone: str) -> bool:
    """Whether a mail may come now: on a working day, between morning and evening, on the person's clock."""
    there = instant.astimezone(ZoneInfo(zone))
    return is_working_day(there.date()) and MORNING <= there.time() < EVENING


def next_morning(instant: datetime, zone: str) -> datetime:
    """The first working morning after an instant."""
    day = day_there(instant, zone)
    morning = morning_from(day, zone)
    return morning if morning > instant else morning_from(day + DAY, zone)


def morning_from(day: date, zone: str) -> datetime:
    """The morning of a day, or of the first working day after it."""
    while not is_working_day(day):
        day += DAY
    return _morning(day, zone)


def morning_by(day: date, zone: str) -> datetime:
    """The morning of a day, or of the last working day before it."""
    while not is_working_day(day):
        day -= DAY
    return _morning(day, zone)


def is_working_day(day: date) -> bool:
    """Whether people work on this day, as far as the calendar of the week says it."""
    return day.weekday() < SATURDAY


def day_there(instant: datetime, zone: str) -> date:
    """The day that an instant belongs to on the person's calendar."""
    return instant.astimezone(ZoneInfo(zone)).date()


def _morning(day: date, zone: str) -> datetime:
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)
