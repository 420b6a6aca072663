"""Reminders: at nine where the person is, never twice a day, and none that is not needed any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.blueprints.approvals import letters
from app.blueprints.approvals.delegations import Delegation
from app.blueprints.approvals.reminders import FollowUp, Reminder
from app.blueprints.approvals.reminding import DRAIN, look, remind_now
from app.core import due, features, worker
from app.core.mail import Mail
from app.core.models import every
from app.core.watch import NobodyToRemind, RemindedToday
from app.extensions import db
from tests.approvals.builders import (
    Asked,
    Several,
    a_decision,
    an_open_approval,
    several_asked,
)
from tests.approvals.test_models import together
from tests.builders import an_approver, point_mail_to
from tests.files.builders import a_version
from tests.services import SmtpServer

pytestmark = [pytest.mark.usefixtures("agency"), pytest.mark.only("sqlite")]

MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)
THURSDAY_EVENING = datetime(2026, 11, 12, 17, tzinfo=UTC)
ON_THE_DAY = datetime(2026, 11, 12, 8, tzinfo=UTC)
Now = Any


@pytest.fixture
def now() -> Iterator[Now]:
    """A Monday in November, eleven o'clock in Berlin."""
    with time_machine.travel(MONDAY, tick=False) as now:
        yield now


@pytest.mark.only("sqlite", "postgresql")
def test_the_first_comes_two_days_before_and_belongs_to_the_request(now: Now) -> None:
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    letters.ask_deciders(asked.approval, asked.jana)
    db.session.commit()
    work_until(now, date(2026, 11, 10))
    request, reminder = mails()
    assert (reminder.kind, reminder.to_email) == ("approval_reminder", asked.annette.email)
    assert reminder.thread == request.thread
    assert reminder.subject == "Reminder, please decide by Thursday, November 12: " + str(
        asked.approval.title
    )
    assert "for 8\N{NO-BREAK SPACE}days" in reminder.text
    assert asked.path in reminder.text


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", date(2026, 10, 25)),
        ("Europe/Lisbon", date(2027, 3, 28)),
        ("Pacific/Auckland", date(2026, 9, 27)),
    ],
    ids=str,
)
def test_it_is_nine_on_the_persons_clock_whatever_the_clocks_do(zone: str, change: date) -> None:
    there = ZoneInfo(zone)
    asked_at = datetime(change.year, change.month, change.day, 12, tzinfo=there) - timedelta(days=6)
    with time_machine.travel(asked_at, tick=False) as now:
        asked = an_open_approval(due_at=asked_at + timedelta(days=8, hours=6))
        asked.annette.time_zone = zone
        db.session.commit()
        work_until(now, change + timedelta(days=20))
    at = [each.created_at.astimezone(there) for each in reminders()]
    assert {each.hour for each in at} == {9}
    assert [(each.date() - change).days for each in at] == [-2, 2, 5, 8, 11]


def test_an_outage_of_five_days_makes_one_of_what_was_missed(now: Now) -> None:
    an_open_approval(due_at=THURSDAY_EVENING)
    now.move_to(ON_THE_DAY + timedelta(days=5, hours=5))
    due.drain(DRAIN)
    due.drain(DRAIN)
    assert len(reminders()) == len(mails()) == 1
    work_until(now, date(2026, 11, 18))
    assert told() == [(17, "Annette Sonnenschein"), (18, "Annette Sonnenschein")]


def test_a_worker_that_comes_back_at_night_waits_for_the_morning(now: Now) -> None:
    an_open_approval(due_at=THURSDAY_EVENING)
    now.move_to(datetime(2026, 11, 13, 2, tzinfo=UTC))
    due.drain(DRAIN)
    assert reminders() == []
    work_until(now, date(2026, 11, 13))
    assert [each.created_at.hour for each in reminders()] == [8]


def withdrawn(asked: Asked) -> None:
    asked.approval.withdraw(asked.jana, "")


def taken_out(asked: Asked) -> None:
    membership = asked.client.membership_of(asked.annette)
    assert membership is not None
    membership.end(asked.jana)


def made_a_viewer(asked: Asked) -> None:
    membership = asked.client.membership_of(asked.annette)
    assert membership is not None
    membership.change_role("viewer", asked.jana)


def finished(asked: Asked) -> None:
    asked.project.finish()


def hidden(asked: Asked) -> None:
    asked.project.show("approvals", False)


def switched_off(_asked: Asked) -> None:
    features.switch("approvals", False)


def decided(asked: Asked) -> None:
    a_decision(asked)


ENDS = [decided, withdrawn, taken_out, made_a_viewer, finished, hidden, switched_off]


@pytest.mark.parametrize("ends", ENDS, ids=lambda each: each.__name__)
def test_nobody_is_reminded_of_what_is_not_theirs_to_decide_any_more(
    now: Now, ends: Callable[[Asked], None]
) -> None:
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    due.drain(DRAIN)
    ends(asked)
    db.session.commit()
    now.move_to(ON_THE_DAY)
    worker.run_once()
    assert reminders() == []


@pytest.mark.parametrize("ends", [decided, switched_off], ids=lambda each: each.__name__)
def test_a_reminder_that_lies_in_the_outbox_is_not_sent_after_the_decision(
    now: Now,
    ends: Callable[[Asked], None],
    app: Flask,
    smtp: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The mail server was away, and in the meantime somebody decided."""
    point_mail_to(app, monkeypatch, smtp.url)
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    now.move_to(ON_THE_DAY)
    due.drain(DRAIN)
    ends(asked)
    db.session.commit()
    worker.run_once()
    assert smtp.received == []
    assert [each.due_at for each in mails()] == [None]


def test_of_reminders_that_wait_for_the_mail_server_only_the_last_is_sent(now: Now) -> None:
    an_open_approval(due_at=THURSDAY_EVENING)
    work_until(now, date(2026, 11, 16))
    assert len(reminders()) == 3
    assert [each.due_at is not None for each in mails()] == [False, False, True]


@pytest.mark.only("sqlite", "postgresql")
def test_two_workers_at_once_remind_once(now: Now, app: Flask) -> None:
    """As if the lease of the first had run out while it was still at work."""
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    number = FollowUp.of(asked.approval).id
    db.session.commit()
    now.move_to(ON_THE_DAY)

    def work() -> None:
        with app.app_context():
            look(db.session.get_one(FollowUp, number))
            db.session.commit()

    together([work] * 4)
    assert len(reminders()) == len(mails()) == 1


@pytest.mark.only("sqlite", "postgresql")
def test_a_worker_killed_over_a_reminder_leaves_it_to_the_next(now: Now) -> None:
    an_open_approval(due_at=THURSDAY_EVENING)
    due.drain(DRAIN)
    now.move_to(ON_THE_DAY)
    assert due._claim(DRAIN) is not None  # And then it was killed.
    due.drain(DRAIN)
    assert reminders() == []
    now.shift(due.LEASE + timedelta(seconds=1))
    due.drain(DRAIN)
    due.drain(DRAIN)
    assert len(reminders()) == len(mails()) == 1


def test_a_newer_version_begins_to_count_anew(now: Now) -> None:
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    now.move_to(ON_THE_DAY - timedelta(hours=1))
    a_version(asked.file, asked.jana)
    work_until(now, date(2026, 11, 13))
    assert reminders() == []
    work_until(now, date(2026, 11, 30))
    assert [each.day.day for each in reminders()] == [16, 18, 23]


def test_another_date_counts_from_the_next_morning_on(now: Now) -> None:
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    due.drain(DRAIN)
    asked.approval.due_at = THURSDAY_EVENING + timedelta(days=7)
    db.session.commit()
    work_until(now, date(2026, 11, 19))
    assert [each.day.day for each in reminders()] == [17, 19]


def test_an_approval_reminds_as_it_was_told_to(now: Now) -> None:
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    FollowUp.of(asked.approval).rhythm_name = "none"
    db.session.commit()
    work_until(now, date(2026, 11, 30))
    assert reminders() == []


@pytest.mark.only("sqlite", "postgresql")
def test_reminding_by_hand_takes_the_place_of_the_one_of_that_day(now: Now) -> None:
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    now.move_to(ON_THE_DAY - timedelta(hours=1))
    assert remind_now(asked.approval, asked.jana) == [asked.annette]
    db.session.commit()
    work_until(now, date(2026, 11, 13))
    assert [(each.day.day, each.by) for each in reminders()] == [(12, asked.jana)]


def test_a_second_reminder_on_one_day_is_refused(now: Now) -> None:
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    now.move_to(ON_THE_DAY)
    due.drain(DRAIN)
    now.shift(timedelta(hours=5))
    with pytest.raises(RemindedToday):
        remind_now(asked.approval, asked.jana)
    now.shift(timedelta(days=1))
    remind_now(asked.approval, asked.jana)
    assert len(reminders()) == 2


def test_of_what_is_decided_nobody_can_be_reminded() -> None:
    asked = an_open_approval()
    a_decision(asked)
    with pytest.raises(NobodyToRemind):
        remind_now(asked.approval, asked.jana)


def test_one_after_the_other_only_who_has_the_turn_is_reminded(now: Now) -> None:
    asked = due_on_thursday(several_asked("order", ["murat", "annette"]))
    work_until(now, date(2026, 11, 10))
    asked.decide(asked.murat)
    db.session.commit()
    work_until(now, date(2026, 11, 12))
    assert told() == [(10, "Murat Yıldız"), (12, "Annette Sonnenschein")]


def test_who_has_decided_already_is_not_reminded_with_the_others(now: Now) -> None:
    asked = due_on_thursday(several_asked("all"))
    asked.decide(asked.murat)
    db.session.commit()
    work_until(now, date(2026, 11, 10))
    assert told() == [(10, "Annette Sonnenschein")]


def test_reminders_follow_a_decision_that_was_passed_on(now: Now) -> None:
    asked = an_open_approval(due_at=THURSDAY_EVENING)
    murat = an_approver(asked.client, "Murat Yıldız")
    db.session.commit()
    work_until(now, date(2026, 11, 10))
    Delegation.make(asked.approval, asked.annette, murat)
    db.session.commit()
    work_until(now, date(2026, 11, 12))
    assert told() == [(10, "Annette Sonnenschein"), (12, "Murat Yıldız")]


def test_each_of_several_is_reminded_on_their_own_morning(now: Now) -> None:
    asked = due_on_thursday(several_asked("any"))
    asked.murat.time_zone = "Pacific/Auckland"
    db.session.commit()
    work_until(now, date(2026, 11, 10))
    assert [(each.user.name, each.created_at) for each in reminders()] == [
        ("Annette Sonnenschein", datetime(2026, 11, 10, 8, tzinfo=UTC)),
        # Where it is due on Friday morning, and this is Wednesday.
        ("Murat Yıldız", datetime(2026, 11, 10, 20, tzinfo=UTC)),
    ]


def due_on_thursday(asked: Several) -> Several:
    asked.approval.due_at = THURSDAY_EVENING
    db.session.commit()
    return asked


def told() -> list[tuple[int, str]]:
    """Who was reminded, on which days."""
    return [(each.day.day, each.user.name) for each in reminders()]


def work_until(now: Now, day: date) -> None:
    """Let a worker work until this day is over in Berlin, always at the moment when something is due."""
    while True:
        due.drain(DRAIN)
        next_at = db.session.scalar(select(func.min(FollowUp.due_at)))
        if next_at is None or next_at.date() > day:
            break
        now.move_to(next_at)


def reminders() -> list[Reminder]:
    return list(every(select(Reminder).order_by(Reminder.id)))


def mails() -> list[Mail]:
    return list(every(select(Mail).order_by(Mail.id)))
