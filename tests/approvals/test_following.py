"""Reminding by hand, what the agency sees of it, and how often it happens by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.blueprints.approvals.reminders import FollowUp, Reminder
from app.core.events import Event
from app.core.models import every, one
from app.core.rhythm import Rhythm, UsualRhythm
from app.extensions import db
from tests.approvals.builders import Asked, a_decision, an_open_approval
from tests.builders import an_owner

pytestmark = [pytest.mark.usefixtures("agency"), pytest.mark.only("sqlite")]

TUESDAY = datetime(2026, 11, 10, 12, tzinfo=UTC)
SignIn = Callable[[Any], Any]


@pytest.fixture
def now() -> Iterator[Any]:
    """A Tuesday in November, one o'clock in Berlin."""
    with time_machine.travel(TUESDAY, tick=False) as now:
        yield now


@pytest.fixture
def asked(now: Any) -> Asked:
    """Since Monday of last week, due on Thursday evening."""
    now.move_to(TUESDAY - timedelta(days=8))
    asked = an_open_approval(due_at=TUESDAY + timedelta(days=2, hours=5))
    now.move_to(TUESDAY)
    return asked


def test_one_tap_reminds_whoever_must_act_and_the_log_says_so(
    sign_in: SignIn, asked: Asked, outbox: Callable[[], list[Any]]
) -> None:
    answer = sign_in(asked.jana).post(f"{asked.path}/reminders", follow_redirects=True)
    assert "A reminder goes to Annette Sonnenschein." in answer.text
    assert [(each.kind, each.reply_to) for each in outbox()] == [
        ("approval_reminder", asked.jana.email)
    ]
    line = one(select(Event).where(Event.verb == "approval.reminded"))
    assert line is not None
    assert (line.internal, line.facts["to"]) == (True, ["Annette Sonnenschein"])
    assert "Reminded today." in answer.text
    assert "Remind now" not in answer.text


def test_a_second_tap_on_the_same_day_says_when_the_next_can_go(
    sign_in: SignIn, asked: Asked
) -> None:
    browser = sign_in(asked.jana)
    browser.post(f"{asked.path}/reminders")
    answer = browser.post(f"{asked.path}/reminders")
    assert answer.status_code == 409
    assert "You can send the next one tomorrow." in answer.text
    assert len(every(select(Reminder))) == 1


def test_the_agency_sees_who_will_be_reminded_when_and_how_long_each_side_took(
    sign_in: SignIn, asked: Asked
) -> None:
    page = sign_in(asked.jana).get(asked.path).text
    assert "8\N{NO-BREAK SPACE}days with the client" in page
    assert "Goes by mail to Annette Sonnenschein." in page
    assert "Tomorrow, 9:00" in page  # No worker has run this morning.


def test_of_what_is_decided_the_time_stays_and_nobody_can_be_reminded(
    sign_in: SignIn, asked: Asked
) -> None:
    a_decision(asked)
    page = sign_in(asked.jana).get(asked.path).text
    assert "8\N{NO-BREAK SPACE}days with the client" in page
    assert "Remind now" not in page
    assert sign_in(asked.jana).post(f"{asked.path}/reminders").status_code == 409


def test_the_client_reads_nothing_of_it(sign_in: SignIn, asked: Asked) -> None:
    page = sign_in(asked.annette).get(asked.path).text
    assert "Waiting time" not in page


def test_an_approval_can_follow_another_rhythm(sign_in: SignIn, asked: Asked) -> None:
    browser = sign_in(asked.jana)
    browser.post(f"{asked.path}/rhythm", data={"rhythm": "none"})
    assert FollowUp.of(asked.approval).rhythm_name == "none"
    assert "None goes out by itself." in browser.get(asked.path).text
    assert browser.post(f"{asked.path}/rhythm", data={"rhythm": "hourly"}).status_code == 422


def test_the_owner_sets_what_is_usual(sign_in: SignIn) -> None:
    browser = sign_in(an_owner())
    assert "2 days before" in browser.get("/settings/reminders").text
    form = {"before": "0", "every": "7", "at_most": "2", "undated": "0"}
    assert browser.post("/settings/reminders", data=form).status_code == 303
    db.session.expire_all()
    assert UsualRhythm.current() == Rhythm(0, False, 7, 2, 0)
