"""When news is told: at once or gathered, on the person's own clock, never in their quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.blueprints.notifications.kinds import DAILY, NOW, OFF, WEEKLY
from app.blueprints.notifications.wishes import Quiet, Wishes

TUESDAY = datetime(2026, 9, 22, 7, 30, tzinfo=UTC)  # 9:30 in Berlin
NIGHT = Quiet(time(19), time(7))


def wishes(zone: str = "Europe/Berlin", **more: object) -> Wishes:
    return Wishes(ZoneInfo(zone), {}, **more)  # type: ignore[arg-type]


def berlin(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("often", "alone", "told_at"),
    [
        (NOW, True, berlin(22, 9, 30)),
        (NOW, False, berlin(22, 9, 33)),
        (DAILY, False, berlin(23, 8)),
        (WEEKLY, False, berlin(28, 8)),
        (OFF, True, None),
    ],
)
def test_each_choice_has_its_moment(often: str, alone: bool, told_at: datetime | None) -> None:
    assert wishes().when(TUESDAY, often, 1, alone=alone) == told_at


def test_daily_leaves_out_the_weekend() -> None:
    friday_noon = berlin(25, 12)
    assert wishes().when(friday_noon, DAILY, 1, alone=False) == berlin(28, 8)


def test_of_a_project_that_is_mute_nothing_is_told() -> None:
    quiet = wishes(muted=frozenset({4}))
    assert quiet.when(TUESDAY, NOW, 4, alone=True) is None
    assert quiet.when(TUESDAY, NOW, 5, alone=True) == TUESDAY


@pytest.mark.parametrize(
    ("quiet", "happened", "told_at"),
    [
        (NIGHT, berlin(22, 18, 59), berlin(22, 18, 59)),
        (NIGHT, berlin(22, 19), berlin(23, 7)),
        (NIGHT, berlin(23, 6, 59), berlin(23, 7)),
        (NIGHT, berlin(23, 7), berlin(23, 7)),
        (Quiet(time(12), time(14)), berlin(22, 13), berlin(22, 14)),
        (Quiet(time(12), time(12)), berlin(22, 12), berlin(22, 12)),
        (Quiet(on_weekends=True), berlin(26, 12), berlin(28, 0)),
        (Quiet(time(19), time(7), on_weekends=True), berlin(25, 20), berlin(28, 7)),
    ],
)
def test_quiet_hours_put_off_what_comes_alone_too(
    quiet: Quiet, happened: datetime, told_at: datetime
) -> None:
    assert wishes(quiet=quiet).when(happened, NOW, 1, alone=True) == told_at


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC)),
        ("Europe/Lisbon", datetime(2026, 3, 29, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 9, 27, tzinfo=UTC)),
    ],
)
def test_over_a_change_of_the_clocks_a_digest_comes_once_a_day_at_the_same_hour(
    zone: str, change: datetime
) -> None:
    moment, told = change - timedelta(days=4), []
    for _day in range(5):
        moment = wishes(zone).when(moment, DAILY, 1, alone=False) or moment
        told.append(moment.astimezone(ZoneInfo(zone)))
    assert [each.hour for each in told] == [8] * 5
    assert len({each.date() for each in told}) == 5
    assert len({each.utcoffset() for each in told}) == 2
