"""Links beside files: as files are, but for the bytes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.core import search
from app.core.errors import Conflict
from app.core.events import Event
from app.core.folding import Query
from app.core.models import every, one
from tests.builders import a_client, a_contributor, a_manager, a_project, an_approver
from tests.files.builders import a_file, a_link, an_upload, form_with, newest

SignIn = Callable[[Any], Any]
FIGMA = "https://www.figma.com/file/abc"

only_once = pytest.mark.only("sqlite")


def test_the_agency_adds_a_link_that_is_internal_until_it_is_shared(sign_in: SignIn) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    form = {"title": "Klickdummy", "address": FIGMA, "note": "Kennwort: herbst"}
    answer = sign_in(jana).post(f"/projects/{project.public_id}/links", data=form)
    file = one(File.visible_to(jana))
    assert file is not None and answer.headers["Location"].endswith(file.public_id)
    assert (file.name, file.is_link, file.is_shared) == ("Klickdummy", True, False)
    version = newest(file)
    assert (version.url, version.note, version.size) == (FIGMA, "Kennwort: herbst", 0)
    assert version.sha256 == hashlib.sha256(FIGMA.encode()).hexdigest()
    assert every(File.visible_to(annette)) == []
    event = one(select(Event).where(Event.verb == "link.added"))
    assert event is not None and event.facts["url"] == FIGMA


@only_once
def test_a_link_of_the_client_is_shared_at_once(sign_in: SignIn) -> None:
    client = a_client()
    project, murat = a_project(client), a_contributor(client)
    form = {"title": "Fotos", "address": "drive.kunde.de/fotos"}
    sign_in(murat).post(f"/projects/{project.public_id}/links", data=form)
    file = one(File.visible_to(murat))
    assert file is not None and file.is_shared
    assert newest(file).url == "https://drive.kunde.de/fotos"


@only_once
def test_a_link_goes_into_the_folder_where_its_form_was_opened(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    folder = Folder.make(project, "Entwürfe", jana)
    browser, path = sign_in(jana), f"/projects/{project.public_id}/links"
    action = f"{path}?folder={folder.public_id}"
    assert f'action="{action}"' in browser.get(f"{path}/new?folder={folder.public_id}").text
    browser.post(action, data={"title": "Klickdummy", "address": FIGMA})
    assert [file.folder_id for file in every(select(File))] == [folder.id]


@only_once
def test_an_address_that_leads_astray_is_refused_and_stays_in_the_form(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    form = {"title": "Klickdummy", "address": "javascript:alert(1)"}
    answer = sign_in(jana).post(f"/projects/{project.public_id}/links", data=form)
    assert answer.status_code == 422
    assert 'value="javascript:alert(1)"' in answer.text
    assert "It should look like https://" in answer.text


def test_a_new_address_is_a_version_and_the_old_one_stays(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    link = a_link(project, jana, url=FIGMA)
    browser = sign_in(jana)
    form = {"address": "https://neu.kunde.de/v2", "note": "Jetzt mit Shop"}
    browser.post(f"/files/{link.public_id}/links", data=form)
    assert [version.url for version in every(select(Version).order_by(Version.number))] == [
        FIGMA,
        "https://neu.kunde.de/v2",
    ]
    first = one(select(Version).where(Version.number == 1))
    assert first is not None
    browser.post(f"/versions/{first.public_id}/restoration")
    assert newest(link).url == FIGMA
    page = browser.get(f"/files/{link.public_id}").text
    assert FIGMA in page and "https://neu.kunde.de/v2" in page and "Jetzt mit Shop" in page


@only_once
def test_the_page_names_the_host_and_opens_the_link_without_a_trace(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    link = a_link(project, jana, url="https://xn--80ak6aa92e.com/")
    page = sign_in(jana).get(f"/files/{link.public_id}").text
    assert "leads to xn--80ak6aa92e.com, outside" in page
    assert 'href="https://xn--80ak6aa92e.com/" target="_blank" rel="noopener noreferrer"' in page
    assert "<iframe" not in page


@only_once
def test_files_take_no_addresses_and_links_no_files(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    file, link = a_file(project, jana), a_link(project, jana)
    with pytest.raises(Conflict):
        link.add_version(an_upload(), jana)
    browser = sign_in(jana)
    upload = form_with(("Plakat.png", b"neu"), field="file")
    assert browser.post(f"/files/{link.public_id}/versions", **upload).status_code == 409
    answer = browser.post(f"/files/{file.public_id}/links", data={"address": FIGMA})
    assert answer.status_code == 409
    assert len(every(select(Version))) == 2


@only_once
def test_a_link_has_nothing_to_download_or_to_look_at(sign_in: SignIn) -> None:
    jana = a_manager()
    link = newest(a_link(a_project(a_client()), jana))
    browser = sign_in(jana)
    for what in ("content", "preview", "pages"):
        assert browser.get(f"/versions/{link.public_id}/{what}").status_code == 404


@only_once
def test_a_zip_holds_a_link_as_a_file_that_leads_there(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    a_file(project, jana, "Text.txt", b"Hallo")
    a_link(project, jana, "Entwurf 2026/27", FIGMA)
    answer = sign_in(jana).get(f"/projects/{project.public_id}/files.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["Entwurf 2026-27.url", "Text.txt"]
        assert (
            archive.read("Entwurf 2026-27.url").decode() == f"[InternetShortcut]\r\nURL={FIGMA}\r\n"
        )


@pytest.mark.usefixtures("agency")
def test_a_link_is_found_by_its_title_and_by_where_it_leads_to() -> None:
    project, jana = a_project(a_client()), a_manager()
    a_link(project, jana, "Klickdummy", FIGMA)
    for typed in ("klickd", "figma"):
        with current_app.test_request_context():
            (found,) = search.best(jana, Query.of(typed))
        assert [hit.title.striptags() for hit in found.hits] == ["Klickdummy"]
