"""The demo agency: it fills an empty portal, whenever that is, and everything in it can be opened."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import g
from sqlalchemy import func, select, update

from app.blueprints.accounts.models import User
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.models import Approval
from app.blueprints.clients.models import Client
from app.blueprints.files.previews import Preview
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.files.versions import Version
from app.blueprints.notifications.delivery import Delivery
from app.blueprints.notifications.models import Notification
from app.blueprints.projects.models import Project
from app.core import clock, worker
from app.core.agency import Agency
from app.core.events import Event, verify
from app.core.features import verb
from app.core.mail import Mail
from app.core.models import every
from app.core.storage import storage
from app.demo import fill, people, sign_in_links
from tests.conftest import a_browser
from tests.portal.visits import forget

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def demo(app: Any, db: Any) -> None:
    """The demo, filled once for each process: the tests only look, and its files lie where they lay."""
    kept = Path(app.instance_path) / "demo.sqlite3"
    if kept.exists():
        shutil.copy(kept, forget(app) / "foyer.sqlite3")
        return
    fill()
    db.session.commit()
    shutil.copy(forget(app) / "foyer.sqlite3", kept)
    for name in list(g):  # What was read once for the request of the filling.
        g.pop(name)


@pytest.mark.only("postgresql")
def test_the_demo_fills_a_postgresql_database_as_well(app: Any, db: Any) -> None:
    fill()
    db.session.commit()
    assert list(verify()) == []


def test_the_demo_has_clients_people_and_projects_in_all_states(demo: None) -> None:
    agency = Agency.current()
    assert agency and agency.is_demo
    assert count(Client) == 3
    assert len(every(User.staff())) == 3
    projects = every(select(Project))
    assert len(projects) == 7
    assert {each.health for each in projects} == {"on_course", "waiting", "at_risk", "late"}
    assert sum(each.is_finished for each in projects) == 3


def test_whoever_looks_in_finds_what_is_new_and_no_mail_is_due(demo: None) -> None:
    annette = User.with_email(people.APPROVER)
    assert annette
    assert 0 < len(every(Notification.unread_of(annette))) < 10
    assert every(select(Delivery).where(Delivery.due_at.is_not(None))) == []


def test_the_log_of_the_demo_is_sound_and_in_the_order_of_time(demo: None) -> None:
    assert list(verify()) == []
    moments = every(select(Event.at).order_by(Event.id))
    assert moments == sorted(moments)
    assert clock.now() - moments[0] > timedelta(days=530)
    assert moments[-1] <= clock.now()


def test_every_line_of_the_demos_log_can_be_read(demo: None) -> None:
    assert [name for name in every(select(Event.verb).distinct()) if verb(name) is None] == []


def test_approvals_are_decided_open_and_overdue(demo: None) -> None:
    states = {each.title: each for each in every(select(Approval))}
    assert {each.state for each in states.values()} == {"review", "open", "approved", "changes"}
    assert [each.title for each in states.values() if each.is_overdue] == ["Logo"]
    waiting = every(Approval.waiting_for(annette()))
    assert [each.title for each in waiting] == [
        "Plakat „Kürbiskernbrot“",
        "Anzeige „Lübecker Nachrichten“",
        "Titelbild_Café.png",
    ]
    assert waiting[0].round == 3
    assert all(each.reason for each in every(select(Decision)) if not each.is_approval)


def test_a_client_of_the_demo_has_given_all_but_one_thing_that_was_asked_for(demo: None) -> None:
    (asked,) = every(FileRequest.waiting_for(annette()))
    states = {item.title: item.state for item in asked.current_items()}
    assert sorted(states.values()) == ["accepted", "accepted", "open"]
    assert states["Drei Fotos aus der Backstube"] == "open"
    assert asked.due_at is not None and asked.due_at > clock.now()


def test_files_of_the_demo_are_real(demo: None) -> None:
    versions = every(select(Version).where(Version.key.is_not(None)))
    assert all(storage().size(each.key) == each.size for each in versions)
    kinds = {each.content_type for each in versions}
    pictures = {"image/png", "image/jpeg", "image/svg+xml"}
    assert kinds == {*pictures, "application/pdf", "text/markdown"}
    assert "Öffnungszeiten_Filialen.pdf" in {each.name for each in versions}


def test_mails_of_the_demo_can_be_read_and_are_never_sent(demo: None, db: Any) -> None:
    db.session.execute(update(Preview).values(due_at=None))  # Pictures take long, and send nothing.
    db.session.commit()
    worker.run_once()
    mails = every(select(Mail))
    assert all(each.due_at is None and each.sent_at for each in mails)
    assert {each.to_email.rpartition(".")[2] for each in mails} == {"example"}
    asked = [each for each in mails if each.kind == "approval_asked"]
    assert any("Plakat „Kürbiskernbrot“" in each.subject for each in asked)


def test_the_links_sign_in_and_lead_to_the_homes_and_to_what_waits(app: Any, demo: None) -> None:
    pages = {}
    for label, link in sign_in_links():
        browser = a_browser(app)
        path = link.removeprefix("http://localhost")
        answer = browser.post(path, follow_redirects=True)
        assert answer.status_code == 200, label
        pages[label] = answer.text
    owner, client, waiting = pages.values()
    assert "Messe SMM" in owner and "Birgit Hansen" in owner
    assert "Frau Sonnenschein" in client and "Herbstkampagne" in client
    assert "Messe SMM" not in client
    assert "Plakat_Kürbiskernbrot_A2.png" in waiting


@pytest.mark.parametrize("email", [people.OWNER, people.APPROVER])
def test_every_page_that_the_demo_links_to_can_be_opened(
    app: Any, demo: None, sign_in: Any, email: str
) -> None:
    user = User.with_email(email)
    browser, found, seen = sign_in(user), {"/"}, set()
    while found - seen:
        path = sorted(found - seen)[0]
        seen.add(path)
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        if answer.mimetype == "text/html" and len(seen) < 80:
            found |= set(re.findall(r'href="(/(?!static|/)[^"?#]*)', answer.text))
    assert len(seen) > 30


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 1, 1, 0, 5, tzinfo=UTC),
        datetime(2028, 2, 29, 16, 59, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    ],
    ids=str,
)
def test_the_demo_can_be_filled_at_any_time(app: Any, db: Any, moment: datetime) -> None:
    with time_machine.travel(moment):
        fill()
        db.session.commit()
        assert list(verify()) == []
        assert [
            each.title for each in every(Approval.waiting_for(annette())) if each.is_overdue
        ] == []
        assert every(select(Event.at).order_by(Event.at.desc()).limit(1))[0] <= clock.now()


def annette() -> User:
    user = User.with_email(people.APPROVER)
    assert user is not None
    return user


def count(kind: Any) -> int:
    from app.extensions import db

    return db.session.scalar(select(func.count()).select_from(kind)) or 0
