"""The pages of folders and of the archive, as agency and client use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.files.archivals import Archival
from app.blueprints.files.folders import Folder
from app.core.events import Event
from app.core.models import every, one
from app.extensions import db
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.files.builders import a_file, a_folder, a_picture, form_with

SignIn = Callable[[Any], Any]
pytestmark = pytest.mark.only("sqlite")


def test_a_folder_is_made_renamed_moved_and_deleted(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    druck = a_folder(project, jana, "Druck")
    browser, start = sign_in(jana), f"/projects/{project.public_id}"
    made = browser.post(f"{start}/folders", data={"name": "Entwürfe", "folder": ""})
    folder = one(select(Folder).where(Folder.name == "Entwürfe"))
    address = f"/folders/{folder.public_id}"
    assert made.headers["Location"] == address
    again = browser.post(f"{start}/folders", data={"name": "ENTWÜRFE"})
    assert again.status_code == 422 and "a folder of this name already" in again.text
    form = {"name": "Erste Entwürfe", "place": druck.public_id}
    assert browser.post(address, data=form).status_code == 303
    assert [folder.name, folder.parent_id] == ["Erste Entwürfe", druck.id]
    assert browser.post(f"{address}/removal").headers["Location"] == f"/folders/{druck.public_id}"
    assert browser.get(address).status_code == 404
    assert verbs() == ["folder.made", "folder.renamed", "folder.moved", "folder.deleted"]


def test_a_page_shows_what_lies_in_its_folder_and_how_much_is_below(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    outer = a_folder(project, jana, "Druckdaten")
    inner = a_folder(project, jana, "Großformat", outer)
    a_folder(project, jana, "Kalkulation")
    a_file(project, jana, "Plakat.png", folder=inner, shared=True)
    a_file(project, jana, "Intern.png", folder=inner)
    top, below = f"/projects/{project.public_id}/files", f"/folders/{inner.public_id}"
    agency, browser = sign_in(jana), sign_in(an_approver(client))
    page = agency.get(top).text
    assert "Druckdaten" in page and "2 files" in page and page.count("Internal</span>") == 1
    page = browser.get(top).text
    assert "Druckdaten" in page and "1 file" in page
    assert "Kalkulation" not in page and "Plakat.png" not in page
    page = browser.get(below).text
    assert "Plakat.png" in page and "Intern.png" not in page
    assert f'href="/folders/{outer.public_id}"' in page


def test_an_upload_goes_into_the_folder_that_is_open(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    folder, internal = a_folder(project, jana), a_folder(project, jana, "Intern")
    a_file(project, jana, folder=folder, shared=True)
    browser, address = sign_in(an_approver(client)), f"/projects/{project.public_id}/files"
    form = form_with(("Foto.png", a_picture()), folder=folder.public_id)
    answer = browser.post(address, **form)
    assert answer.headers["Location"] == f"/folders/{folder.public_id}"
    assert "Foto.png" in browser.get(f"/folders/{folder.public_id}").text
    form = form_with(("Foto.png", a_picture()), folder=internal.public_id)
    assert browser.post(address, **form).status_code == 404


def test_what_was_ticked_is_moved_and_told_of(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    target, folder = a_folder(project, jana, "Druck"), a_folder(project, jana, "Alt")
    file = a_file(project, jana)
    a_file(project, jana, folder=target)
    browser, start = sign_in(jana), f"/projects/{project.public_id}/moves"
    chosen = {"file": file.public_id, "folder": folder.public_id}
    page = browser.get(f"{start}/new", query_string=chosen).text
    assert "Plakat.png" in page and f'value="{target.public_id}"' in page
    assert f'value="{folder.public_id}">Alt' not in page  # nothing moves into itself
    answer = browser.post(start, data=chosen | {"place": target.public_id})
    page = browser.get(answer.headers["Location"]).text
    assert "so they got a number: “Plakat (2).png”" in page and "Alt" in page
    assert verbs() == ["folder.moved", "file.moved"]
    assert browser.get(f"{start}/new").status_code == 303  # nothing was ticked


def test_clients_change_what_came_from_their_side(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project, annette = a_project(client), an_approver(client)
    ours, theirs = a_file(project, jana, shared=True), a_file(project, annette, "Logo.png")
    browser, start = sign_in(annette), f"/projects/{project.public_id}/archivals"
    page = browser.get(f"{start}/new?file={ours.public_id}&file={theirs.public_id}").text
    assert "One of them comes from the agency" in page and "Logo.png" in page
    assert "Plakat.png" not in page
    assert browser.post(start, data={"file": ours.public_id}).status_code == 403
    assert browser.post(start, data={"file": theirs.public_id}).status_code == 303
    assert theirs.is_archived and not ours.is_archived
    assert "Rename or move" not in browser.get(f"/files/{ours.public_id}").text


def test_a_file_is_named_and_put_elsewhere_on_a_page_of_its_own(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    folder = a_folder(project, jana)
    file = a_file(project, jana, "Plakat.png")
    a_file(project, jana, "Anzeige.png", folder=folder)
    browser, address = sign_in(jana), f"/files/{file.public_id}"
    form = {"name": "anzeige", "place": folder.public_id}
    assert "a file of this name already" in browser.post(address, data=form).text
    assert browser.post(address, data=form | {"name": "Plakat A2"}).status_code == 303
    assert [file.name, file.folder_id] == ["Plakat A2.png", folder.id]
    page = browser.get(address).text
    assert f'href="/folders/{folder.public_id}"' in page
    version = browser.get(re.search(r"/versions/\w+/content", page)[0])
    assert 'filename="Plakat A2.png"' in version.headers["Content-Disposition"]


def test_the_archive_says_who_put_what_there_and_gives_it_back(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    folder = a_folder(project, jana)
    first = a_file(project, jana, "Plakat.png", folder=folder, shared=True)
    a_file(project, jana, "Intern.png", folder=folder)
    agency, browser = sign_in(jana), sign_in(an_approver(client))
    start = f"/projects/{project.public_id}"
    agency.post(f"{start}/archivals", data={"folder": folder.public_id})
    archival = one(select(Archival))
    assert "2 files" in agency.get(f"{start}/archive").text
    page = browser.get(f"{start}/archive").text
    assert "1 file" in page and jana.name in page and "Bring back" not in page
    page = browser.get(f"/archivals/{archival.public_id}").text
    assert "Plakat.png" in page and "Intern.png" not in page
    assert "In the archive since" in browser.get(f"/files/{first.public_id}").text
    agency.post(f"/files/{first.public_id}/restoration")
    assert "Plakat.png" in browser.get(f"{start}/files").text
    agency.post(f"/archivals/{archival.public_id}/restoration")
    assert browser.get(f"/folders/{folder.public_id}").status_code == 404
    assert "Intern.png" in agency.get(f"/folders/{folder.public_id}").text
    assert verbs() == ["folder.archived", "file.restored", "folder.restored"]
    assert internal() == [False, False, True]


def verbs() -> list[str]:
    return [each.verb for each in _events()]


def internal() -> list[bool]:
    return [each.internal for each in _events()]


def _events() -> list[Event]:
    mine = Event.verb.like("folder.%") | Event.verb.like("file.%")
    db.session.expire_all()
    return list(every(select(Event).where(mine).order_by(Event.id)))
