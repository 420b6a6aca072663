"""Requests for files over HTTP: asked by mail, given by form and piece by piece, returned, and told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.requests.items import GivenFile, RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.notifications.announcements import hearers
from app.core.events import Event
from app.core.models import every, one
from app.core.worker import run_once
from app.extensions import db
from tests.builders import a_client, a_contributor, a_manager, a_project, a_viewer, an_approver
from tests.files.builders import a_picture, form_with, how_many
from tests.files.test_requests import Asked, an_open_request
from tests.files.test_tus import TUS, patch

SignIn = Callable[[Any], Any]
FORM = {"title": "Material", "needs-0-title": "Logo", "needs-0-hint": "als SVG", "by_mail": "y"}
SQLITE = pytest.mark.only("sqlite")


def page_of(asked: Asked) -> str:
    return f"/requests/{asked.request.public_id}"


def item(asked: Asked, what: str, name: str = "photos") -> str:
    return f"/items/{getattr(asked, name).public_id}/{what}"


def said_of(asked_item: RequestedItem, **fields: str) -> dict[str, str]:
    """What the form of an item sends, with what was seen."""
    typed = {f"{asked_item.public_id}-{name}": value for name, value in fields.items()}
    return {"seen": asked_item.seen, **typed}


def test_the_agency_asks_and_everybody_who_can_upload_gets_a_mail(
    sign_in: SignIn, outbox: Any
) -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    annette, murat, birgit = an_approver(client), a_contributor(client), a_viewer(client)
    browser = sign_in(jana)
    page = browser.get(f"/projects/{project.public_id}/requests/new").text
    assert f"{annette.name}, {murat.name} can upload it." in page
    assert f"{birgit.name} can see it." in page
    form = {**FORM, "message": "Für das Plakat", "due_on": "2099-09-25"}
    answer = browser.post(f"/projects/{project.public_id}/requests", data=form)
    asked = one(select(FileRequest))
    assert asked is not None
    assert answer.headers["Location"].endswith(f"/requests/{asked.public_id}")
    run_once()
    mails = outbox()
    assert {mail.to_email for mail in mails} == {annette.email, murat.email}
    assert mails[0].unsubscribe and mails[0].unsubscribe in mails[0].html
    assert mails[0].subject == "Please upload by Friday, September 25, 2099: Material"
    assert f"/requests/{asked.public_id}?to=" in mails[0].text
    for words in ("Logo", "als SVG", "Für das Plakat"):
        assert words in mails[0].text
        assert words in mails[0].html


@SQLITE
def test_asking_without_a_mail_sends_none(sign_in: SignIn, outbox: Any) -> None:
    client = a_client()
    project, murat = a_project(client), a_contributor(client)
    address = f"/projects/{project.public_id}/requests"
    sign_in(a_manager()).post(address, data={**FORM, "by_mail": ""})
    run_once()
    assert outbox() == []
    assert "Material" in sign_in(murat).get("/").text


@SQLITE
def test_the_form_grows_and_keeps_what_was_typed(sign_in: SignIn, outbox: Any) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    address = f"/projects/{project.public_id}/requests"
    page = browser.post(address, data={**FORM, "more": "1"}).text
    assert 'value="als SVG"' in page
    assert 'name="needs-1-title"' in page
    assert how_many(FileRequest) == 0
    page = browser.post(address, data={**FORM, "needs-0-title": ""}).text
    assert "Please write what it is, too." in page
    page = browser.post(address, data={**FORM, "needs-0-title": "", "needs-0-hint": ""}).text
    assert "Please write at least one thing that you need." in page
    assert outbox() == []


@SQLITE
def test_what_is_asked_can_be_changed_and_added_to(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_request()
    browser = sign_in(asked.jana)
    page = browser.get(f"{page_of(asked)}/edit").text
    assert 'value="Querformat"' in page
    form = {"title": "Material", "needs-0-title": "", "needs-0-item": asked.logo.public_id}
    form |= {"needs-1-title": "Vier Fotos", "needs-1-item": asked.photos.public_id}
    answer = browser.post(f"{page_of(asked)}/edit", data=form)
    assert (answer.status_code, "Please fill this in." in answer.text) == (422, True)
    form |= {"needs-0-title": "Logo", "by_mail": "y"}
    browser.post(f"{page_of(asked)}/edit", data=form)
    run_once()
    assert outbox() == [], "only words were changed"
    browser.post(f"{page_of(asked)}/edit", data=form | {"needs-7-title": "Schriften"})
    run_once()
    titles = every(select(RequestedItem.title).order_by(RequestedItem.id))
    assert titles == ["Logo", "Vier Fotos", "Schriften"]
    assert [mail.to_email for mail in outbox()] == [asked.murat.email]


def test_files_come_by_a_plain_form_and_who_asked_hears_of_it(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_request()
    browser = sign_in(asked.murat)
    two = form_with(("Foto 1.png", a_picture()), ("Foto 2.png", a_picture(9)))
    answer = browser.post(item(asked, "files"), follow_redirects=True, **two)
    assert "Thank you, 2 files are here." in answer.text
    assert "Foto 2.png" in browser.get(page_of(asked)).text
    folder = one(select(Folder))
    assert folder is not None and folder.name == asked.request.title
    assert set(every(select(File.folder_id))) == {folder.id}
    assert all(every(select(File.shared_at)))
    folder.rename("Fotos vom Laden", asked.jana)
    db.session.commit()
    browser.post(item(asked, "files"), **form_with(("Foto 3.png", a_picture())))
    assert every(select(File.folder_id)) == [folder.id] * 3
    form = said_of(asked.logo, excuse="Bitte unsere Druckerei fragen")
    browser.post(item(asked, "lack", "logo"), data=form)
    assert "“Bitte unsere Druckerei fragen”" in browser.get(page_of(asked)).text
    heard = {user.id for event in every(select(Event)) for user in hearers(event)}
    assert heard == {asked.jana.id}
    verbs = every(select(Event.verb).where(Event.verb.startswith("item.")).order_by(Event.id))
    assert verbs == ["item.given", "item.lacking"]


@SQLITE
def test_what_is_wrong_is_said_at_its_item(sign_in: SignIn) -> None:
    asked = an_open_request()
    browser = sign_in(asked.murat)
    answer = browser.post(item(asked, "files"), **form_with(("leer.png", b"")))
    assert answer.status_code == 422
    assert "“leer.png” is empty." in answer.text
    answer = browser.post(item(asked, "lack"), data=said_of(asked.photos))
    assert (answer.status_code, "Please fill this in." in answer.text) == (422, True)
    asked.gives(asked.photos)
    answer = sign_in(asked.jana).post(item(asked, "return"), data=said_of(asked.photos))
    assert "Please write what should be different." in answer.text


def test_a_file_comes_in_pieces_for_an_item(sign_in: SignIn) -> None:
    asked = an_open_request()
    browser = sign_in(asked.murat)
    address = beginning(browser, asked).headers["Location"]
    assert how_many(GivenFile) == 0
    patch(browser, address, b"Foto!", 0)
    assert every(select(File.folder_id)) == every(select(Folder.id))
    db_item = one(select(RequestedItem).where(RequestedItem.state == "given"))
    assert db_item is not None and db_item.title == "Drei Fotos"
    verbs = every(select(Event.verb).order_by(Event.id.desc()).limit(2))
    assert verbs == ["file.uploaded", "item.given"]


def test_what_is_closed_while_a_file_is_on_its_way_loses_nothing(sign_in: SignIn) -> None:
    asked = an_open_request()
    browser = sign_in(asked.murat)
    address = beginning(browser, asked).headers["Location"]
    sign_in(asked.jana).post(f"{page_of(asked)}/closure")
    assert patch(browser, address, b"Foto!", 0).status_code == 204
    assert (how_many(File), how_many(GivenFile)) == (1, 0)
    assert beginning(browser, asked).status_code == 403


@SQLITE
def test_an_upload_is_for_an_item_of_its_project_only(sign_in: SignIn) -> None:
    asked = an_open_request()
    other = a_project(asked.client, "Anderes")
    assert beginning(sign_in(asked.murat), asked, other).status_code == 404


def test_returned_with_a_reason_it_is_asked_for_again_by_mail(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_request()
    an_approver(asked.client)
    sign_in(asked.murat).post(item(asked, "files"), **form_with(("Foto.png", a_picture())))
    form = said_of(asked.photos, reason="Bitte im Querformat")
    browser = sign_in(asked.jana)
    stale = browser.post(item(asked, "return"), data=form | {"seen": "earlier"})
    assert stale.status_code == 409
    assert 'value="Bitte im Querformat"' in stale.text
    assert '<details class="more" open>' in stale.text
    assert '<details class="more" open>' not in browser.get(page_of(asked)).text
    answer = browser.post(item(asked, "return"), data=form, follow_redirects=True)
    assert "Returned. The client is asked once more." in answer.text
    run_once()
    mail = outbox()[-1]
    assert (mail.to_email, mail.subject) == (asked.murat.email, "Please once more: Drei Fotos")
    assert "Bitte im Querformat" in mail.html
    assert "Bitte im Querformat" in sign_in(asked.murat).get(page_of(asked)).text
    again = browser.post(item(asked, "return"), data=form)
    assert again.status_code == 409
    assert "Something has changed in the meantime." in again.text


def test_all_that_was_given_is_ticked_off_at_once_as_far_as_it_was_seen(sign_in: SignIn) -> None:
    asked = an_open_request()
    client, agency = sign_in(asked.murat), sign_in(asked.jana)
    for name in ("photos", "logo"):
        client.post(item(asked, "files", name), **form_with((f"{name}.png", a_picture())))
    seen = [asked.photos.seen, asked.logo.seen]
    client.post(item(asked, "files", "logo"), **form_with(("logo 2.png", a_picture(9))))
    agency.post(f"{page_of(asked)}/acceptance", data={"seen": seen})
    assert [asked.photos.state, asked.logo.state] == ["accepted", "given"]


def test_two_who_give_at_the_same_moment_both_give(sign_in: SignIn) -> None:
    asked = an_open_request()
    browsers = [sign_in(asked.murat), sign_in(an_approver(asked.client))]
    address, together, codes = item(asked, "files"), threading.Barrier(2), []

    def give(browser: Any, number: int) -> None:
        form = form_with((f"Foto {number}.png", a_picture()))
        together.wait()
        codes.append(browser.post(address, **form).status_code)

    threads = [
        threading.Thread(target=give, args=(browser, number))
        for number, browser in enumerate(browsers)
    ]
    db.session.commit()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303, 303]
    assert (how_many(GivenFile), asked.photos.turn) == (2, 2)
    assert len(every(select(Event.id).where(Event.verb == "item.given"))) == 1


@SQLITE
def test_a_viewer_sees_and_is_not_asked(sign_in: SignIn) -> None:
    asked = an_open_request()
    browser = sign_in(a_viewer(asked.client))
    page = browser.get(f"/projects/{asked.project.public_id}/files").text
    assert "What we need from you" in page
    assert "Upload: Drei Fotos" not in page
    assert "data-upload" not in browser.get(page_of(asked)).text


def beginning(browser: Any, asked: Asked, project: Any = None) -> Any:
    """Begin to send five bytes for the photos."""
    return browser.post(
        f"/projects/{(project or asked.project).public_id}/uploads",
        headers={**TUS, "Upload-Length": "5", "Upload-Metadata": "filename Rm90by50eHQ="},
        query_string={"item": asked.photos.public_id},
    )
