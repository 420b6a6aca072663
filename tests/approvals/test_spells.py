"""With whom an approval lay, and how long, kept by its changes of state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.spells import Shares, Spell, shares_of
from app.core.models import every
from tests.approvals.builders import a_decision, an_open_approval
from tests.builders import a_member
from tests.files.builders import a_version, newest

pytestmark = pytest.mark.usefixtures("agency")

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)


def test_each_round_tells_how_long_it_was_with_either_side() -> None:
    with time_machine.travel(MONDAY, tick=False) as now:
        asked = an_open_approval()
        now.shift(2 * DAY)
        a_decision(asked, "changes", "Größer, bitte")
        now.shift(4 * DAY)
        a_version(asked.file, asked.jana)
        now.shift(DAY)
        a_version(asked.file, asked.jana)
        now.shift(3 * DAY)
        assert shares_of(asked.approval) == [
            Shares(1, 2 * DAY, 4 * DAY),
            Shares(2, DAY, timedelta()),
            Shares(3, 3 * DAY, timedelta()),
        ]


def test_the_time_of_colleagues_who_look_at_it_first_is_the_agencys() -> None:
    with time_machine.travel(MONDAY, tick=False) as now:
        asked = an_open_approval()
        tom, version = a_member("Tom Lindner", asked.project), newest(asked.file)
        reviewed = Approval.ask(
            asked.project, [version], [asked.annette], asked.jana, title="Plakat", reviewers=[tom]
        )
        now.shift(2 * DAY)
        reviewed.release()
        now.shift(DAY)
        assert shares_of(reviewed) == [Shares(1, DAY, 2 * DAY)]
        assert shares_of(asked.approval) == [Shares(1, 3 * DAY, timedelta())]
        assert len(every(Spell.of(asked.approval))) == 1


@pytest.mark.parametrize("ends", ["approved", "withdrawn", "finished"])
def test_what_has_ended_waits_for_nobody(ends: str) -> None:
    with time_machine.travel(MONDAY, tick=False) as now:
        asked = an_open_approval()
        now.shift(DAY)
        if ends == "approved":
            a_decision(asked)
        elif ends == "withdrawn":
            asked.approval.withdraw(asked.jana, "")
        else:
            asked.project.finish()
        now.shift(9 * DAY)
        assert shares_of(asked.approval) == [Shares(1, DAY, timedelta())]
