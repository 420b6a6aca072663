"""A name that is taken: whoever brings the file says whether it is a newer version, and is told what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.blueprints.files.archivals import Archival
from app.blueprints.files.folders import Folder
from app.blueprints.files.housekeeping import forget_expired
from app.blueprints.files.models import File
from app.blueprints.files.transfers import Transfer
from app.blueprints.files.versions import Version
from app.core import clock
from app.core.events import Event
from app.core.models import every
from app.core.storage import storage
from app.extensions import db
from tests.builders import a_client, a_contributor, a_manager, a_project, an_approver
from tests.files.builders import a_file, form_with, how_many
from tests.files.test_tus import PIECES, TUS, patch, said

SignIn = Callable[[Any], Any]

pytestmark = pytest.mark.only("sqlite")


def test_our_own_page_is_asked_before_a_byte_is_sent(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    file, browser = a_file(project, jana, "Plakat.png"), sign_in(jana)
    answer = beginning(browser, project, "plakat.PNG")
    assert answer.status_code == 409
    assert "There is a file of this name already: version 1 by Jana Petersen" in answer.text
    assert how_many(Transfer) == 0
    newer, both = (button["data-address"] for button in buttons(answer))
    for address in (newer, both):
        begun = browser.post(address, headers=begun_as("Plakat.png"))
        assert begun.status_code == 201
        patch(browser, begun.headers["Location"], b"neu", 0)
    assert names() == [("Plakat.png", 2), ("Plakat (2).png", 1)]
    assert file.number == 2


def test_what_comes_from_elsewhere_keeps_both(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    a_file(project, jana, "Plakat.png")
    headers = {**begun_as("Plakat.png"), **PIECES}
    del headers["HX-Request"]
    sign_in(jana).post(f"/projects/{project.public_id}/uploads", headers=headers, data=b"neu")
    assert names() == [("Plakat.png", 1), ("Plakat (2).png", 1)]


def test_clients_are_asked_about_what_they_see_and_may_change(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project, murat = a_project(client), a_contributor(client)
    a_file(project, jana, "Angebot.pdf", b"%PDF-1.7")
    a_file(project, jana, "Plakat.png", shared=True)
    a_file(project, an_approver(client), "Logo.png")
    browser = sign_in(murat)
    wanted = ("Angebot.pdf", "Plakat.png", "Logo.png")
    assert [beginning(browser, project, name).status_code for name in wanted] == [201, 201, 409]


def test_another_folder_is_another_place(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    folder = Folder.make(project, "Fotos", jana)
    a_file(project, jana, "Plakat.png")
    a_file(project, jana, "Logo.png", folder=folder)
    db.session.commit()
    browser, there = sign_in(jana), {"folder": folder.public_id}
    assert beginning(browser, project, "Plakat.png", **there).status_code == 201
    asked = beginning(browser, project, "Logo.png", **there)
    assert asked.status_code == 409
    assert all(f"folder={folder.public_id}" in each["data-address"] for each in buttons(asked))
    assert beginning(browser, project, "Logo.png").status_code == 201


def test_without_scripts_the_file_is_kept_until_its_person_has_chosen(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    a_file(project, jana, "Plakat.png", b"eins")
    browser, files = sign_in(jana), f"/projects/{project.public_id}/files"
    form = form_with(("plakat.png", b"zwei"), ("Neu.txt", b"neu"), ("Plakat.png", b"drei"))
    answer = browser.post(files, **form)
    assert answer.headers["Location"] == f"/projects/{project.public_id}/uploads/undecided"
    assert names() == [("Plakat.png", 1), ("Neu.txt", 1)]
    page = browser.get(answer.headers["Location"]).text
    assert "The file is here." in page
    assert page.count("version 1 by Jana Petersen") == 2
    assert "The names of 2 files" in browser.get(files).text
    first, second = (f"/uploads/{each.public_id}/choice" for each in every(select(Transfer)))
    answer = browser.post(first, data={"becomes": "version", "note": "Größer"})
    assert answer.headers["Location"] == f"/projects/{project.public_id}/uploads/undecided"
    answer = browser.post(second, data={"becomes": "both"})
    assert answer.headers["Location"] == files
    assert "Version 2 of “Plakat.png” is here." in browser.get(files).text
    assert names() == [("Plakat.png", 2), ("Neu.txt", 1), ("Plakat (2).png", 1)]
    versions = every(select(Version).order_by(Version.id))
    contents = [b"".join(storage().read(each.key)) for each in versions]
    assert contents == [b"eins", b"neu", b"zwei", b"drei"]
    assert (versions[2].note, versions[2].content_type) == ("Größer", "text/plain")
    verbs = every(select(Event.verb).where(Event.verb.contains("uploaded")).order_by(Event.id))
    assert verbs == ["file.uploaded", "version.uploaded", "file.uploaded"]
    assert browser.post(first, data={"becomes": "both"}).status_code == 404


def test_what_is_not_wanted_or_not_chosen_in_time_goes(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    a_file(project, jana, "Plakat.png")
    before, browser = set(storage().keys()), sign_in(jana)
    form = form_with(("Plakat.png", b"zwei"), ("Plakat.png", b"drei"))
    browser.post(f"/projects/{project.public_id}/files", **form)
    first, second = (f"/uploads/{each.public_id}/choice" for each in every(select(Transfer)))
    assert browser.post(first, data={"becomes": "x"}).status_code == 422
    assert browser.post(first, data={"becomes": "nothing"}).status_code == 303
    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert sign_in(jana).post(second, data={"becomes": "both"}).status_code == 410
        forget_expired()
        db.session.commit()
    assert how_many(Transfer) == 0
    assert set(storage().keys()) == before


def test_where_the_other_file_is_gone_only_one_stays(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    file, browser = a_file(project, jana, "Plakat.png"), sign_in(jana)
    page = f"/projects/{project.public_id}/uploads/undecided"
    browser.post(f"/projects/{project.public_id}/files", **form_with(("Plakat.png", b"zwei")))
    Archival.put_away(file, jana)
    address = f"/uploads/{every(select(Transfer.public_id))[0]}/choice"
    assert "The other file is not here any more." in browser.get(page).text
    assert browser.post(address, data={"becomes": "version"}).status_code == 409
    assert browser.post(address, data={"becomes": "both"}).status_code == 303
    assert names() == [("Plakat.png", 1), ("Plakat.png", 1)]


def beginning(browser: Any, project: Any, name: str, **query: str) -> Any:
    address = f"/projects/{project.public_id}/uploads"
    return browser.post(address, headers=begun_as(name), query_string=query)


def begun_as(name: str) -> dict[str, str]:
    """What our own page says when it begins to send three bytes."""
    ours = {"HX-Request": "true", "HX-Request-Type": "partial"}
    return {**TUS, **ours, "Upload-Length": "3", "Upload-Metadata": said(filename=name)}


def buttons(answer: Any) -> list[Any]:
    return BeautifulSoup(answer.text, "html.parser").select("[data-upload-act=settle]")


def names() -> list[tuple[str, int]]:
    rows = every(select(File).order_by(File.id))
    return [(file.name, file.number) for file in rows]
