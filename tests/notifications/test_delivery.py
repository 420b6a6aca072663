"""From what happens to what people hear of: whom it concerns, together what comes together, nothing too much."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.files.models import File
from app.blueprints.notifications.announcements import Announcement
from app.blueprints.notifications.choices import choose, keep_quiet, mute
from app.blueprints.notifications.delivery import DRAIN, Delivery
from app.blueprints.notifications.models import Notification
from app.blueprints.projects.models import Project
from app.core.due import drain
from app.core.events import record
from app.core.models import every
from app.core.worker import run_once
from app.extensions import db as database
from tests.builders import a_client, a_member, a_project, an_approver, an_owner
from tests.files.builders import a_file
from tests.projects.builders import an_update

MORNING = datetime(2026, 9, 22, 8, 0, tzinfo=UTC)  # a Tuesday, ten in Berlin

Outbox = Callable[[], list[Any]]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    """It is Tuesday morning, and time passes only when a test says so."""
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def people(agency: Any) -> tuple[Project, User, User]:
    """A project, who works on it at the agency, and who approves for the client. She wants files at once."""
    client = a_client()
    project = a_project(client)
    tom, annette = a_member("Tom Lindner", project), an_approver(client)
    choose(annette, "files", "now")
    database.session.commit()
    run_once()
    return project, tom, annette


def told(project: Project, verb: str, by: User, name: str = "Plakat.pdf", **facts: Any) -> None:
    """Let something happen, as a route does."""
    client = database.session.get(Client, project.client_id)
    record(
        verb, project, by=by, project=project, client=client, name=name,
        in_project=project.public_id, project_name=project.name, **facts,
    )  # fmt: skip
    database.session.commit()


def uploaded(project: Project, by: User, name: str, *, shared: bool = True) -> File:
    file = a_file(project, by, name, shared=shared)
    told(project, "file.uploaded", by, name, file=file.public_id, version=1)
    return file


def posted(project: Project, by: User, title: str = "Plakat fertig") -> None:
    update = an_update(project, by, title)
    told(project, "update.posted", by, title, update=update.public_id)


def later(clock: Any, **by: int) -> None:
    clock.shift(timedelta(**by))
    run_once()


def test_twenty_files_within_two_minutes_are_one_mail(
    people: Any, outbox: Outbox, clock: Any
) -> None:
    project, tom, annette = people
    for number in range(20):
        uploaded(project, tom, f"Entwurf {number + 1}.pdf")
        later(clock, seconds=6)
    assert outbox() == []
    later(clock, minutes=1)
    (mail,) = outbox()
    assert (mail.user_id, mail.subject) == (annette.id, "20 things are new: Herbstkampagne 2026")
    assert "Tom Lindner uploaded Entwurf 7.pdf." in mail.text
    assert f"/projects/{project.public_id}" in mail.text
    later(clock, days=2)
    assert len(outbox()) == 1


def test_an_update_comes_whole_and_can_be_answered(people: Any, outbox: Outbox, clock: Any) -> None:
    project, tom, annette = people
    choose(annette, "update", "now")
    posted(project, tom)
    later(clock, minutes=3)
    (mail,) = outbox()
    assert (mail.subject, mail.reply_to) == ("Plakat fertig (Herbstkampagne 2026)", tom.email)
    assert "<strong>da</strong>" in mail.html
    assert mail.unsubscribe in mail.text


def test_what_comes_from_a_client_is_told_to_the_team(
    people: Any, outbox: Outbox, clock: Any
) -> None:
    project, tom, annette = people
    an_owner()
    uploaded(project, annette, "Logo.svg")
    later(clock, minutes=3)
    assert [mail.user_id for mail in outbox()] == [tom.id]


def test_what_is_internal_is_told_to_no_client_and_a_share_that_was_undone_neither(
    people: Any, outbox: Outbox, clock: Any
) -> None:
    project, tom, _annette = people
    uploaded(project, tom, "Entwurf.pdf", shared=False)
    file = uploaded(project, tom, "Plakat.pdf")
    run_once()
    file.unshare()
    database.session.commit()
    later(clock, minutes=3)
    assert outbox() == []


@pytest.mark.parametrize("how", ["muted", "off", "removed", "read"])
def test_nobody_is_told_what_they_do_not_want_or_know_already(
    people: Any, outbox: Outbox, clock: Any, sign_in: Any, how: str
) -> None:
    project, tom, annette = people
    file = uploaded(project, tom, "Plakat.pdf")
    run_once()
    if how == "muted":
        mute(annette, [project.id], [project.id])
    elif how == "off":
        choose(annette, "files", "off")
    elif how == "removed":
        annette.remove()
    else:
        assert sign_in(annette).get(f"/files/{file.public_id}").status_code == 200
    database.session.commit()
    later(clock, minutes=3)
    assert outbox() == []
    (row,) = every(database.select(Notification))
    assert row.mail_state == {"read": "seen", "removed": "gone"}.get(how, "unwanted")


def test_who_changes_from_daily_to_at_once_gets_what_waits(
    people: Any, outbox: Outbox, clock: Any
) -> None:
    project, tom, annette = people
    choose(annette, "files", "daily")
    uploaded(project, tom, "Plakat.pdf")
    later(clock, hours=1)
    assert outbox() == []
    choose(annette, "files", "now")
    database.session.commit()
    run_once()
    assert [mail.user_id for mail in outbox()] == [annette.id]


def test_daily_gathers_all_projects_in_one_mail_in_the_morning(
    people: Any, outbox: Outbox, clock: Any
) -> None:
    project, tom, annette = people
    choose(annette, "files", "daily")
    other = a_project(database.session.get(Client, project.client_id), "Neue Website")
    other.staff_with([tom.id])
    uploaded(project, tom, "Plakat.pdf")
    uploaded(other, tom, "Startseite.png")
    later(clock, hours=21, minutes=59)
    assert outbox() == []
    later(clock, minutes=1)
    (mail,) = outbox()
    assert mail.subject == "2 things are new in your projects"
    assert mail.text.index("Herbstkampagne 2026") < mail.text.index("Neue Website")


def test_what_happens_in_quiet_hours_comes_afterwards_together(
    people: Any, outbox: Outbox, clock: Any
) -> None:
    project, tom, annette = people
    keep_quiet(annette, at_night=True, begins=time(19), ends=time(7), on_weekends=False)
    clock.shift(timedelta(hours=10))  # eight in the evening
    uploaded(project, tom, "Plakat.pdf")
    later(clock, hours=3)
    uploaded(project, tom, "Anzeige.pdf")
    later(clock, hours=7, minutes=59)
    assert outbox() == []
    later(clock, minutes=1)
    assert [mail.subject for mail in outbox()] == ["2 things are new: Herbstkampagne 2026"]


def test_an_announcement_that_is_made_again_after_a_crash_tells_nobody_twice(
    people: Any, db: Any, outbox: Outbox, clock: Any
) -> None:
    project, tom, _annette = people
    uploaded(project, tom, "Plakat.pdf")
    run_once()
    announcement = every(db.select(Announcement).order_by(Announcement.id.desc()))[0]
    announcement.due_at = MORNING
    db.session.commit()
    run_once()
    assert len(every(db.select(Notification))) == 1
    later(clock, minutes=3)
    assert len(outbox()) == 1


def test_news_that_comes_while_a_mail_is_made_is_looked_at_next(
    people: Any, db: Any, outbox: Outbox, clock: Any
) -> None:
    project, tom, annette = people
    uploaded(project, tom, "Plakat.pdf")
    later(clock, minutes=2)
    uploaded(project, tom, "Anzeige.pdf")
    later(clock, minutes=1)
    assert len(outbox()) == 1
    uploaded(project, tom, "Handzettel.pdf")
    run_once()
    row = every(db.select(Delivery).where(Delivery.user_id == annette.id))[0]
    assert row.due_at == datetime.now(UTC) + timedelta(minutes=3)
    drain(DRAIN)
    assert len(outbox()) == 1


@pytest.mark.only("postgresql")  # SQLite lets one write after the other anyway.
def test_a_mail_program_and_its_reader_can_unsubscribe_at_once(app: Flask, agency: Any) -> None:
    number, start, done = an_approver(a_client()).id, threading.Barrier(2), []
    database.session.commit()

    def unsubscribe() -> None:
        with app.app_context():
            user = database.session.get_one(User, number)
            start.wait(30)
            choose(user, "update", "off")
            database.session.commit()
            done.append(number)

    threads = [threading.Thread(target=unsubscribe) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [number, number]
