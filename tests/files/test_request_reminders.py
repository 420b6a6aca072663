"""Reminders of requests: at nine where the person is, never twice a day, and none once all is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.blueprints.files.requests.reminders import RequestReminder, RequestWatch
from app.blueprints.files.requests.reminding import DRAIN, remind_now
from app.core import due, features, worker
from app.core.events import Device
from app.core.mail import Mail
from app.core.models import every
from app.core.watch import NobodyToRemind, RemindedToday
from app.extensions import db
from tests.builders import a_viewer, an_approver, point_mail_to
from tests.files.test_requests import Asked, an_open_request
from tests.services import SmtpServer

pytestmark = pytest.mark.usefixtures("agency")

MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)
THURSDAY_EVENING = datetime(2026, 11, 12, 17, tzinfo=UTC)
THURSDAY_MORNING = datetime(2026, 11, 12, 8, tzinfo=UTC)
HERE = Device()


@pytest.fixture
def now() -> Iterator[Any]:
    """A Monday in November, eleven o'clock in Berlin."""
    with time_machine.travel(MONDAY, tick=False) as now:
        yield now


def test_it_reminds_before_at_and_after_the_day_until_all_is_there(now: Any) -> None:
    asked = an_open_request(due_at=THURSDAY_EVENING)
    a_viewer(asked.client)
    work_until(now, date(2026, 11, 16))
    assert [(each.day.day, each.created_at.hour) for each in reminders()] == [
        (10, 8),
        (12, 8),
        (16, 8),
    ]
    mails = every(db.select(Mail).order_by(Mail.id))
    assert {mail.to_email for mail in mails} == {asked.murat.email}
    assert mails[0].subject == "Reminder, please upload by Thursday, November 12: Material"
    assert mails[-1].subject.startswith("Overdue for 4")
    assert "Logo als Vektordatei" in mails[0].html
    for item in (asked.logo, asked.photos):
        asked.gives(item)
    work_until(now, date(2026, 11, 30))
    assert len(reminders()) == 3


def test_without_a_day_it_reminds_once_after_some_days(now: Any) -> None:
    an_open_request()
    work_until(now, date(2026, 12, 1))
    assert [each.day for each in reminders()] == [date(2026, 11, 9)]


def test_everybody_is_reminded_in_their_own_morning_and_once_after_an_outage(now: Any) -> None:
    asked = an_open_request(due_at=THURSDAY_EVENING)
    annette = an_approver(asked.client)
    annette.time_zone = "Pacific/Auckland"
    db.session.commit()
    now.move_to(datetime(2026, 11, 12, 20, tzinfo=UTC))
    due.drain(DRAIN)
    assert [each.user_id for each in reminders()] == [annette.id], "in Berlin it is night"
    now.move_to(datetime(2026, 11, 13, 8, tzinfo=UTC))
    due.drain(DRAIN)
    due.drain(DRAIN)
    assert [each.user_id for each in reminders()] == [annette.id, asked.murat.id]


def test_what_was_returned_today_is_not_reminded_of_today(now: Any) -> None:
    asked = an_open_request(due_at=THURSDAY_EVENING)
    for item in (asked.logo, asked.photos):
        asked.gives(item)
    now.move_to(THURSDAY_MORNING - timedelta(hours=1))
    asked.photos.send_back(asked.jana, "Bitte schärfer", asked.photos.seen)
    db.session.commit()
    now.move_to(THURSDAY_MORNING)
    due.drain(DRAIN)
    assert reminders() == []


def closed(asked: Asked) -> None:
    asked.request.close()


def given(asked: Asked) -> None:
    for item in (asked.logo, asked.photos):
        asked.gives(item)


def hidden(asked: Asked) -> None:
    asked.project.show("files", False)


def finished(asked: Asked) -> None:
    asked.project.finish()


def switched_off(_asked: Asked) -> None:
    features.switch("files", False)


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "ends", [closed, given, hidden, finished, switched_off], ids=lambda each: each.__name__
)
def test_nobody_is_reminded_of_what_they_can_not_give_any_more(
    now: Any,
    ends: Callable[[Asked], None],
    app: Flask,
    smtp: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither by a new mail, nor by one that waited for the mail server."""
    point_mail_to(app, monkeypatch, smtp.url)
    asked = an_open_request(due_at=THURSDAY_EVENING)
    now.move_to(THURSDAY_MORNING - timedelta(days=2))
    due.drain(DRAIN)
    assert len(reminders()) == 1
    ends(asked)
    db.session.commit()
    now.move_to(THURSDAY_MORNING)
    worker.run_once()
    assert len(reminders()) == 1
    assert [each for each in smtp.received if "Reminder" in str(each["subject"])] == []


def test_one_tap_reminds_once_a_day(now: Any) -> None:
    asked = an_open_request(due_at=THURSDAY_EVENING)
    assert remind_now(asked.request, asked.jana, HERE) == [asked.murat]
    with pytest.raises(RemindedToday):
        remind_now(asked.request, asked.jana, HERE)
    now.shift(timedelta(days=1))
    assert remind_now(asked.request, asked.jana, HERE) == [asked.murat]
    given(asked)
    with pytest.raises(NobodyToRemind):
        remind_now(asked.request, asked.jana, HERE)


def reminders() -> list[RequestReminder]:
    return list(every(db.select(RequestReminder).order_by(RequestReminder.id)))


def work_until(now: Any, day: date) -> None:
    """Let a worker work until this day is over in Berlin, always at the moment when something is due."""
    while True:
        due.drain(DRAIN)
        next_at = db.session.scalar(db.select(db.func.min(RequestWatch.due_at)))
        if next_at is None or next_at.date() > day:
            break
        now.move_to(next_at)
