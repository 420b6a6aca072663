"""Whoever has a thing before them is told there, and not by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.notifications.models import QUIET, Notification
from app.blueprints.notifications.presence import PATIENCE, Presence, is_told_there
from app.core import clock, mail
from app.core.events import Event
from app.core.models import add, every
from app.core.worker import run_once
from app.extensions import db
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.projects.builders import an_update, happened

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def annette(agency: Any) -> User:
    return an_approver(a_client())


def asked(annette: User) -> tuple[mail.Mail, str]:
    """A mail about an update of a project, what the bell says of it, and the page of both."""
    project = a_project(every(db.select(Client))[0])
    happened("update.posted", project, a_manager())
    event = every(db.select(Event).order_by(Event.id))[-1]
    letter = mail.queue("test", annette.recipient, project_id=project.id)
    letter.kind = "approval_asked"
    path = f"/projects/{project.public_id}"
    letter.url = f"http://localhost{path}?to=annette"
    told = {"event_id": event.id, "project_id": project.id, "kind": "asked", "path": path}
    db.session.flush()
    add(Notification(user_id=annette.id, at=letter.created_at, mail_state=QUIET, **told))
    db.session.commit()
    return letter, path


def test_a_mail_waits_while_its_page_is_open_and_is_not_sent_once_that_has_told_it(
    annette: User, sign_in: Any
) -> None:
    letter, path = asked(annette)
    browser = sign_in(annette)
    browser.post("/presences", data={"at": path})
    assert is_told_there(letter)
    assert letter.due_at == letter.created_at + PATIENCE
    db.session.commit()
    browser.post("/presences", data={"at": path, "shown": "1"})
    assert is_told_there(letter)
    assert letter.called_off == mail.SEEN


def test_who_is_elsewhere_or_has_gone_gets_it_at_once(annette: User) -> None:
    letter, path = asked(annette)
    assert not is_told_there(letter)
    Presence.note(annette, "/projects")
    assert not is_told_there(letter)
    with clock.at(clock.now() - timedelta(minutes=10)):
        Presence.note(annette, path)
    assert not is_told_there(letter)


def test_an_open_page_hears_of_what_came_to_it_and_only_of_that(sign_in: Any) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    update = an_update(project, jana, "Plakat")
    happened("update.posted", project, jana, name="Plakat", update=update.public_id)
    run_once()
    browser = sign_in(annette)
    here = browser.get(f"/bell?at=/projects/{project.public_id}").text
    assert "New on this page" in here
    assert "Plakat" in here
    assert 'aria-label="News"' in here
    assert "New on this page" not in browser.get("/bell?at=/projects").text
