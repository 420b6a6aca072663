"""Updates for the client, and notes that stay inside."""

from __future__ import annotations

from typing import Any

import pytest

from app.blueprints.notifications.models import Notification
from app.blueprints.projects.updates import Note, Update
from app.core.events import Event
from app.core.models import every, one
from app.core.worker import run_once
from tests.builders import a_client, a_contributor, a_manager, a_member, a_project, an_approver
from tests.projects.builders import an_update


def test_an_update_is_read_by_the_client(sign_in: Any, db: Any) -> None:
    client = a_client()
    project = a_project(client)
    tom = a_member("Tom Lindner", project)
    path = f"/projects/{project.public_id}"
    data = {"title": "Gute <Nachricht>", "body": "Es ist *fertig*. <script>alert(1)</script>"}
    answer = sign_in(tom).post(f"{path}/updates", data=data)
    assert answer.location == f"{path}#updates"
    page = sign_in(an_approver(client)).get(path).text
    assert "Gute &lt;Nachricht&gt;" in page
    assert "<em>fertig</em>" in page
    assert "<script>alert" not in page
    event = one(db.select(Event).where(Event.verb == "update.posted"))
    assert (event.internal, event.facts["name"]) == (False, "Gute <Nachricht>")


def test_before_it_is_posted_it_says_who_will_read_it(sign_in: Any, db: Any) -> None:
    client = a_client()
    project = a_project(client)
    path = f"/projects/{project.public_id}/updates/new"
    browser = sign_in(a_manager())
    assert "Goes to nobody yet" in browser.get(path).text
    an_approver(client)
    a_contributor(client, "Murat Yilmaz")
    an_approver(a_client("Werft Holm"), "Hauke Holm")
    page = browser.get(path).text
    assert "Goes by mail to Annette Sonnenschein and Murat Yilmaz." in page
    assert "Hauke" not in page
    project.show("updates", False)
    assert "Goes to nobody: this project hides" in browser.get(path).text


@pytest.mark.parametrize(
    "data",
    [
        {"title": "", "body": "Da."},
        {"title": "Da", "body": "  "},
        {"title": "x" * 161, "body": "Da."},
        {"title": "Da", "body": "x" * 10_001},
        {"title": "Da\0", "body": "Da."},
        {},
    ],
)
def test_an_update_that_is_not_right_is_shown_again(
    sign_in: Any, db: Any, data: dict[str, str]
) -> None:
    project = a_project(a_client())
    answer = sign_in(a_manager()).post(f"/projects/{project.public_id}/updates", data=data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert every(db.select(Update)) == []


def test_older_updates_are_a_page_away(sign_in: Any) -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    for number in range(5):
        an_update(project, jana, f"Bericht {number}")
    browser = sign_in(an_approver(client))
    page = browser.get(f"/projects/{project.public_id}").text
    assert "Bericht 2" in page
    assert "Bericht 1" not in page
    older = page.split(f'href="/projects/{project.public_id}/updates?')[1].split('"')[0]
    page = browser.get(f"/projects/{project.public_id}/updates?{older}").text
    assert "Bericht 1" in page
    assert "Bericht 2" not in page


def test_a_note_is_recorded_as_internal(sign_in: Any, db: Any) -> None:
    project = a_project(a_client())
    tom = a_member("Tom", project)
    data = {"body": "Vorsicht mit dem Logo."}
    sign_in(tom).post(f"/projects/{project.public_id}/notes", data=data)
    assert one(db.select(Note)).body == "Vorsicht mit dem Logo."
    event = one(db.select(Event).where(Event.verb == "note.written"))
    assert event.internal
    assert "Vorsicht" not in str(event.facts)


def test_an_empty_note_is_not_kept(sign_in: Any, db: Any) -> None:
    project = a_project(a_client())
    answer = sign_in(a_manager()).post(
        f"/projects/{project.public_id}/notes",
        data={"body": " "},
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert answer.status_code == 422
    assert 'id="notes"' in answer.text
    assert every(db.select(Note)) == []


def test_who_is_left_out_sees_an_update_in_the_portal_and_gets_no_mail(
    sign_in: Any, outbox: Any, db: Any
) -> None:
    client, jana = a_client(), a_manager()
    project, annette = a_project(client), an_approver(client)
    murat = a_contributor(client)
    page = f"/projects/{project.public_id}/updates"
    browser = sign_in(jana)
    assert (
        "Goes by mail to Annette Sonnenschein and Murat Yıldız." in browser.get(f"{page}/new").text
    )
    said = {"title": "Fertig", "body": "Alles da."}
    browser.post(page, data={**said, "left_out": murat.public_id})
    browser.post(page, data={**said, "without_mail": "y"})
    run_once()
    states = db.session.execute(db.select(Notification.user_id, Notification.mail_state))
    assert sorted(states) == sorted(
        [(annette.id, "waits"), (murat.id, "quiet"), (annette.id, "quiet"), (murat.id, "quiet")]
    )
