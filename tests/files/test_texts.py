"""Texts that are written in the portal, and edited there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.core.events import Event
from app.core.models import every, one
from app.core.storage import storage
from tests.builders import a_client, a_contributor, a_manager, a_project
from tests.files.builders import a_file, a_folder, a_text, how_many, newest

SignIn = Callable[[Any], Any]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}

only_once = pytest.mark.only("sqlite")


def text_of(file: File) -> str:
    return b"".join(storage().read(newest(file).stored_as)).decode()


def test_a_text_becomes_a_markdown_file(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser = sign_in(jana)
    form = {"title": "Über uns 2026/27", "text": "<div>\r\n\r\n**Seit 1911** von Hand."}
    answer = browser.post(f"/projects/{project.public_id}/texts", data=form)
    file = one(select(File))
    assert file is not None and file.name == "Über uns 2026-27.md"
    assert (newest(file).content_type, file.is_shared) == ("text/markdown", False)
    assert text_of(file) == "<div>\n\n**Seit 1911** von Hand.\n"
    assert "<strong>Seit 1911</strong>" in browser.get(answer.headers["Location"]).text
    assert list(every(select(Event.verb).where(Event.subject_type == "file"))) == ["text.written"]


@only_once
def test_a_text_goes_into_the_folder_where_its_form_was_opened(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    folder, browser = a_folder(project, jana), sign_in(jana)
    action = f"/projects/{project.public_id}/texts?folder={folder.public_id}"
    page = browser.get(action.replace("texts", "texts/new")).text
    assert f'action="{action}"' in page
    assert browser.post(action, data={"title": "", "text": "Hallo"}).text.count(action) == 1
    browser.post(action, data={"title": "Über uns", "text": "Hallo"})
    assert every(select(File.folder_id)) == [folder.id]


def test_what_is_saved_becomes_a_new_version(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    file = a_text(project, jana, text="Wir backen.")
    browser = sign_in(jana)
    assert "Wir backen.</textarea>" in browser.get(f"/files/{file.public_id}/text").text
    form = {"text": "Wir backen von Hand.", "note": "Schöner", "base": "1"}
    browser.post(f"/files/{file.public_id}/texts", data=form)
    assert (newest(file).number, newest(file).note) == (2, "Schöner")
    assert text_of(file) == "Wir backen von Hand.\n"


def test_whoever_saves_second_sees_that_and_loses_nothing(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    file = a_text(project, jana)
    browser = sign_in(jana)
    address, mine = f"/files/{file.public_id}/texts", {"text": "Zweiter", "base": "1"}
    browser.post(address, data={"text": "Erster", "base": "1"})
    answer = browser.post(address, data=mine)
    assert answer.status_code == 409
    assert "In the meantime, version 2 was saved." in answer.text
    assert "Zweiter</textarea>" in answer.text and 'value="2"' in answer.text
    assert how_many(Version) == 2 and text_of(file) == "Erster\n"
    browser.post(address, data={**mine, "base": "2"})
    assert text_of(file) == "Zweiter\n"


@only_once
def test_saving_what_is_there_already_makes_no_version(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    file = a_text(project, jana, text="Wir backen.")
    form = {"text": "Wir backen.", "base": "1"}
    answer = sign_in(jana).post(f"/files/{file.public_id}/texts", data=form)
    assert answer.status_code == 422 and "Nothing has changed" in answer.text
    assert how_many(Version) == 1


@only_once
def test_a_preview_shows_the_text_and_keeps_nothing(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser, form = sign_in(jana), {"title": "Über uns", "text": "**Von Hand** <script>"}
    address = f"/projects/{project.public_id}/texts/preview"
    for headers in ({}, PARTIAL):
        answer = browser.post(address, data=form, headers=headers)
        assert "<strong>Von Hand</strong> &lt;script&gt;" in answer.text
        assert ("</textarea>" in answer.text) is (not headers)
    assert how_many(File) == 0


@only_once
def test_clients_write_their_own_texts_and_leave_the_others_alone(sign_in: SignIn) -> None:
    client = a_client()
    project, jana, murat = a_project(client), a_manager(), a_contributor(client)
    ours = a_text(project, jana, shared=True)
    browser = sign_in(murat)
    assert browser.get(f"/files/{ours.public_id}/text").status_code == 403
    form = {"title": "Öffnungszeiten", "text": "Mo bis Sa"}
    browser.post(f"/projects/{project.public_id}/texts", data=form)
    theirs = one(select(File).where(File.by_id == murat.id))
    assert theirs is not None and theirs.is_shared
    assert browser.get(f"/files/{theirs.public_id}/text").status_code == 200


@only_once
def test_only_texts_can_be_edited(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser = sign_in(jana)
    for file in (a_file(project, jana), a_text(project, jana, text="a" * 100_001)):
        assert browser.get(f"/files/{file.public_id}/text").status_code == 404
        assert "Edit the text" not in browser.get(f"/files/{file.public_id}").text
