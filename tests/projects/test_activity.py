"""What happened, as a client's person is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.blueprints.clients.models import Client
from app.blueprints.projects.activity import activity_of
from app.blueprints.projects.verbs import OF_UPDATES
from app.core.events import Event
from app.core.models import one
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.projects.builders import NOW, a_verb, happened, pretended


def told(app: Any, user: Any) -> str:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return " ".join(
            str(line.sentence) for _day, lines in activity_of(user).days for line in lines
        )


@pytest.fixture
def annette(agency: Any) -> Any:
    return an_approver(a_client())


@pytest.fixture
def project(annette: Any) -> Any:
    return a_project(one(select(Client)))


def test_it_reads_as_a_sentence_that_leads_there(app: Any, annette: Any, project: Any) -> None:
    happened("update.posted", project, a_manager(), name="Alles <fertig>")
    assert told(app, annette) == (
        f'<b>Jana Petersen</b> wrote an update: <a href="/projects/{project.public_id}'
        '#update-abc">Alles &lt;fertig&gt;</a>.'
    )


def test_own_acts_are_told_as_such(app: Any, annette: Any, project: Any) -> None:
    with pretended(app, verbs=a_verb()):
        happened("file.pretended", project, annette, name="Logo.svg")
        assert told(app, annette) == "You uploaded Logo.svg."


def test_nothing_internal_is_told(app: Any, annette: Any, project: Any) -> None:
    happened("update.posted", project, a_manager(), internal=True)
    happened("note.written", project, a_manager(), internal=True)
    happened("project.changed", project, a_manager())
    happened("session.began", project, a_manager())
    assert told(app, annette) == ""


def test_nothing_of_another_client_is_told(app: Any, annette: Any) -> None:
    happened("update.posted", a_project(a_client("Werft Holm")), a_manager())
    assert told(app, annette) == ""


def test_nothing_of_a_hidden_section_is_told(app: Any, annette: Any, project: Any) -> None:
    jana = a_manager()
    with pretended(app, verbs=a_verb()):
        happened("file.pretended", project, jana, name="Logo.svg")
        happened("status.reported", project, jana)
        for verb in OF_UPDATES:
            happened(verb, project, jana, name="Geheim")
        project.show("updates", False)
        project.show("pretend", False)
        words = told(app, annette)
    assert "Geheim" not in words
    assert "Logo.svg" not in words
    assert "said how" in words


def test_a_feature_that_is_off_tells_nothing(app: Any, annette: Any, project: Any) -> None:
    with pretended(app, verbs=a_verb()):
        happened("file.pretended", project, a_manager())
    assert told(app, annette) == ""


def test_a_person_who_was_erased_is_somebody(app: Any, db: Any, annette: Any, project: Any) -> None:
    happened("update.posted", project, a_manager())
    db.session.execute(db.update(Event).values(people=db.null(), salt=None))
    db.session.expire_all()
    assert told(app, annette).startswith("<b>Somebody</b>")


def test_a_percent_sign_in_a_name_does_no_harm(app: Any, annette: Any, project: Any) -> None:
    happened("update.posted", project, a_manager("100 %(who)s"), name="20 % Rabatt")
    assert "<b>100 %(who)s</b>" in told(app, annette)
    assert "20 % Rabatt" in told(app, annette)


def test_it_is_told_by_day_and_what_is_new_is_marked(
    app: Any, sign_in: Any, db: Any, annette: Any, project: Any
) -> None:
    jana = a_manager()
    for days in (4, 1, 0):
        with time_machine.travel(NOW - timedelta(days=days), tick=False):
            happened("update.posted", project, jana, name=f"Vor {days} Tagen")
    annette.seen_at = NOW - timedelta(days=2)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = sign_in(annette).get("/").text
    assert "<h3>Today</h3>" in page
    assert "<h3>Yesterday</h3>" in page
    assert "<time datetime" in page
    assert page.count("New</span>") == 2
    assert page.index("Vor 0") < page.index("Vor 1") < page.index("Vor 4")


def test_earlier_things_are_a_page_away(sign_in: Any, annette: Any, project: Any) -> None:
    jana = a_manager()
    for number in range(17):
        happened("update.posted", project, jana, name=f"Bericht {number:02}")
    browser = sign_in(annette)
    page = browser.get("/").text
    assert "Bericht 16" in page
    assert "Bericht 01" not in page
    older = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "Bericht 01" in browser.get(older.replace("&amp;", "&")).text
