"""What people choose holds for mails that other slices write: asked, decided, reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from markupsafe import Markup
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals import comment_letters
from app.blueprints.approvals import letters as asking
from app.blueprints.clients.models import Client
from app.blueprints.notifications.choices import choose, keep_quiet, mute
from app.blueprints.notifications.letters import Item, Section
from app.blueprints.notifications.models import Notification
from app.blueprints.notifications.wishes import BUNDLE
from app.core import mail
from app.core.events import Event
from app.core.models import one
from app.core.worker import run_once
from app.extensions import db as database
from tests.approvals.builders import a_comment, an_open_approval
from tests.builders import a_client, a_member, a_project, an_approver, point_mail_to
from tests.projects.builders import an_update, happened
from tests.smtp import SmtpServer

pytestmark = pytest.mark.only("sqlite")
TUESDAY = datetime(2026, 9, 22, 18, 0, tzinfo=UTC)  # eight in the evening in Berlin
EIGHT = datetime(2026, 9, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def annette(app: Any, agency: Any, monkeypatch: pytest.MonkeyPatch, smtp: SmtpServer) -> User:
    point_mail_to(app, monkeypatch, smtp.url)
    return an_approver(a_client())


def written(user: User, kind: str = "approval_review", **more: Any) -> mail.Mail:
    """A mail of this kind in the outbox."""
    letter = mail.queue("test", user.recipient, **more)
    letter.kind = kind
    database.session.commit()
    return letter


def test_who_has_chosen_nothing_is_asked_at_once(annette: User, clock: Any) -> None:
    letter = written(annette)
    run_once()
    assert letter.sent_at == TUESDAY


def test_daily_waits_for_the_morning_and_off_is_never_sent(annette: User, clock: Any) -> None:
    choose(annette, "asked", "daily")
    choose(annette, "decided", "off")
    asked, decided = written(annette), written(annette, "approval_decided")
    package = written(annette, "package_closed")
    run_once()
    assert (asked.held_until, asked.sent_at) == (EIGHT, None)
    assert (package.due_at, package.sent_at) == (None, None)
    assert (decided.due_at, decided.sent_at) == (None, None)
    clock.move_to(EIGHT)
    run_once()
    assert asked.sent_at == EIGHT


def test_quiet_hours_and_mute_projects_hold_and_a_sign_in_does_not_care(
    annette: User, clock: Any
) -> None:
    project = a_project(a_client("Werft Holm"))
    keep_quiet(annette, at_night=True, begins=time(19), ends=time(7), on_weekends=False)
    mute(annette, [project.id], [project.id])
    asked = written(annette)
    muted = written(annette, project_id=project.id)
    sign_in = written(annette, "sign_in")
    run_once()
    assert asked.held_until == EIGHT - timedelta(hours=1)
    assert (muted.due_at, muted.sent_at) == (None, None)
    assert sign_in.sent_at == TUESDAY


def test_who_has_lost_the_project_while_a_mail_waited_does_not_get_it(
    annette: User, clock: Any
) -> None:
    project = a_project(one(select(Client)))
    tom = a_member("Tom Lindner", project)
    letters = [written(user, "comments_sent", project_id=project.id) for user in (annette, tom)]
    of_others = written(annette, "comments_sent", project_id=a_project(a_client("Holm")).id)
    gone = written(a_member("Eva Sommer"))
    news = [written(user, "news", project_id=project.id) for user in (annette, tom)]
    project.staff_with([])
    db_user = database.session.get_one(User, gone.user_id)
    db_user.removed_at = TUESDAY
    database.session.commit()
    run_once()
    clock.shift(BUNDLE)
    run_once()
    assert letters[0].sent_at == TUESDAY + BUNDLE
    assert [each.sent_at for each in (letters[1], of_others, gone)] == [None, None, None]
    assert [each.sent_at for each in news] == [TUESDAY, None]


def test_what_waits_for_the_morning_comes_as_one_mail_with_the_news(
    annette: User, clock: Any, smtp: SmtpServer
) -> None:
    project = a_project(one(select(Client)))
    tom = a_member("Tom Lindner", project)
    for kind in ("asked", "comment", "update"):
        choose(annette, kind, "daily")
    asked = written(annette, project_id=project.id, needed_by=EIGHT + timedelta(days=1))
    written(annette, "comments_sent", project_id=project.id)
    happened("update.posted", project, tom, update=an_update(project, tom).public_id)
    run_once()
    assert smtp.received == []
    clock.move_to(EIGHT)
    run_once()
    (received,) = smtp.received
    assert received.subject == "1 thing waits for you, 2 things are new: Herbstkampagne 2026"
    assert "Due tomorrow by 8:00" in received.text and "Tom Lindner" in received.text
    assert asked.called_off == "gathered"


def test_twenty_files_five_comments_and_an_approval_within_two_minutes_are_two_mails(
    annette: User, clock: Any, smtp: SmtpServer
) -> None:
    asked = an_open_approval()
    choose(asked.annette, "files", "now")
    asking.ask_deciders(asked.approval, asked.jana)
    for number in range(20):
        facts = {"name": f"Entwurf {number}.png", "file": asked.file.public_id}
        happened("file.uploaded", asked.project, asked.jana, **facts)
        if number % 4 == 0:
            comment_letters.tell(asked.approval, asked.jana, [a_comment(asked, asked.jana)])
            database.session.commit()
        clock.shift(timedelta(seconds=6))
        run_once()
    clock.shift(timedelta(minutes=3))
    run_once()
    assert {each.recipients for each in smtp.received} == {(asked.annette.email,)}
    assert [each.subject for each in smtp.received] == [
        f"Please decide: {asked.approval.title}",
        "25 things are new: Herbstkampagne 2026",
    ]


def test_what_was_seen_while_it_waited_is_not_sent_but_what_is_asked_is(
    annette: User, clock: Any
) -> None:
    choose(annette, "asked", "daily")
    choose(annette, "comment", "daily")
    asked, said = (written(annette, kind) for kind in ("approval_review", "comments_sent"))
    run_once()
    happened("update.posted", a_project(one(select(Client))), a_member())
    event = one(select(Event).where(Event.verb == "update.posted"))
    seen = Notification(user_id=annette.id, event_id=event.id, kind="comment", at=TUESDAY)
    asked.url = said.url = "http://localhost/approvals/abc?to=x"
    seen.path, seen.read_at = "/approvals/abc", TUESDAY + timedelta(minutes=5)
    database.session.add(seen)
    database.session.commit()
    clock.move_to(EIGHT)
    run_once()
    assert (asked.sent_at, said.sent_at, said.called_off) == (EIGHT, None, "seen")


def test_another_choice_counts_for_what_waits(annette: User, clock: Any) -> None:
    choose(annette, "asked", "daily")
    asked = written(annette)
    run_once()
    choose(annette, "asked", "now")
    database.session.commit()
    run_once()
    assert asked.sent_at == TUESDAY


def test_each_mail_that_can_be_chosen_says_where_and_carries_the_one_click_header(
    annette: User, app: Any
) -> None:
    settings = app.extensions["settings"]
    update = mail.queue("news", annette.recipient, **ONE_THING)
    database.session.flush()
    assert "/account/notifications?to=" in update.text
    assert update.as_message(settings, "Studio")["List-Unsubscribe"] == "<http://there>"
    assert (
        update.as_message(settings, "Studio")["List-Unsubscribe-Post"]
        == "List-Unsubscribe=One-Click"
    )
    test = mail.queue("test", annette.recipient)
    database.session.flush()
    assert "/account/notifications" not in test.text
    assert test.as_message(settings, "Studio")["List-Unsubscribe"] is None


ONE_THING: dict[str, Any] = {
    "title": "Neues",
    "called": "Annette",
    "sections": [Section("Herbst", [Item(Markup("Es ist da."), "/there", TUESDAY)])],
    "more": 0,
    "unsubscribe_url": "http://there",
}
