"""On which mornings somebody is to be reminded."""

from __future__ import annotations

from datetime import UTC, datetime

from app.core.rhythm import Rhythm

BERLIN = "Europe/Berlin"
ASKED = datetime(2026, 11, 2, 10, tzinfo=UTC)
"""A Monday, and no clocks change in this month: nine o'clock is 8:00 UTC."""
THURSDAY_EVENING = datetime(2026, 11, 12, 17, tzinfo=UTC)


def days(rhythm: Rhythm, due_at: datetime | None, asked_at: datetime = ASKED) -> list[int]:
    """The days of November on which somebody in Berlin is reminded, always at nine."""
    mornings = rhythm.mornings(BERLIN, asked_at, due_at)
    assert {(each.hour, each.minute) for each in mornings} <= {(8, 0)}
    return [each.day for each in mornings]


def test_before_on_and_after_the_day() -> None:
    rhythm = Rhythm(before=2, on_the_day=True, every=3, at_most=3)
    assert days(rhythm, THURSDAY_EVENING) == [10, 12, 16, 18, 23]


def test_what_falls_on_a_weekend_comes_before_it_until_the_date_and_after_it_from_then_on() -> None:
    sunday = datetime(2026, 11, 15, 17, tzinfo=UTC)
    assert days(Rhythm(on_the_day=True), sunday) == [13]
    assert days(Rhythm(every=6, at_most=1), sunday) == [23]
    assert days(Rhythm(every=1, at_most=3), sunday) == [16, 17, 18]


def test_a_deadline_early_in_the_morning_is_reminded_of_on_the_day_before() -> None:
    assert days(Rhythm(on_the_day=True), datetime(2026, 11, 12, 7, tzinfo=UTC)) == [11]


def test_nobody_is_reminded_on_the_day_on_which_they_were_asked() -> None:
    tuesday = datetime(2026, 11, 10, 6, tzinfo=UTC)
    rhythm = Rhythm(before=2, on_the_day=True)
    assert days(rhythm, THURSDAY_EVENING, asked_at=tuesday) == [12]


def test_what_has_no_date_is_reminded_of_once() -> None:
    assert days(Rhythm(before=2, on_the_day=True, every=3, at_most=3, undated=5), None) == [9]
    assert days(Rhythm(before=2, on_the_day=True), None) == []
