"""When a mail that nobody waits for may come: on the person's clock, through every change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.humane import is_humane, morning_by, morning_from, next_morning

FRIDAY, SATURDAY, MONDAY = date(2026, 9, 25), date(2026, 9, 26), date(2026, 9, 28)
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        (BERLIN, date(2026, 3, 29)),
        (BERLIN, date(2026, 10, 25)),
        ("Europe/Lisbon", date(2026, 3, 29)),
        ("Europe/Lisbon", date(2026, 10, 25)),
        ("Pacific/Auckland", date(2026, 4, 5)),
        ("Pacific/Auckland", date(2026, 9, 27)),
    ],
    ids=str,
)
def test_it_is_nine_on_the_persons_clock_on_both_sides_of_a_change_of_the_clocks(
    zone: str, around: date
) -> None:
    instant = datetime(around.year, around.month, around.day, 12, tzinfo=UTC) - timedelta(days=4)
    mornings = []
    for _ in range(5):
        instant = next_morning(instant, zone)
        mornings.append(instant.astimezone(ZoneInfo(zone)))
    assert [each.hour for each in mornings] == [9] * 5
    assert {each.weekday() for each in mornings} == {0, 1, 2, 3, 4}
    assert len({each.utcoffset() for each in mornings}) == 2


def test_the_next_morning_is_a_later_one() -> None:
    nine = datetime(2026, 9, 25, 7, tzinfo=UTC)
    assert next_morning(nine - timedelta(seconds=1), BERLIN) == nine
    assert next_morning(nine, BERLIN) == nine + timedelta(days=3)


def test_a_weekend_moves_a_morning_to_the_side_that_is_wanted() -> None:
    assert morning_from(SATURDAY, BERLIN) == morning_from(MONDAY, BERLIN)
    assert morning_by(SATURDAY, BERLIN) == morning_by(FRIDAY, BERLIN)


@pytest.mark.parametrize(
    ("moment", "zone", "humane"),
    [
        (datetime(2026, 9, 25, 7, 0, tzinfo=UTC), BERLIN, True),
        (datetime(2026, 9, 25, 6, 59, tzinfo=UTC), BERLIN, False),
        (datetime(2026, 9, 25, 15, 59, tzinfo=UTC), BERLIN, True),
        (datetime(2026, 9, 25, 16, 0, tzinfo=UTC), BERLIN, False),
        (datetime(2026, 9, 26, 9, 0, tzinfo=UTC), BERLIN, False),
        (datetime(2026, 9, 25, 9, 0, tzinfo=UTC), "Pacific/Auckland", False),
        (datetime(2026, 9, 27, 21, 0, tzinfo=UTC), "Pacific/Auckland", True),
    ],
    ids=str,
)
def test_nobody_is_written_to_at_night_or_on_a_weekend(
    moment: datetime, zone: str, humane: bool
) -> None:
    assert is_humane(moment, zone) is humane
