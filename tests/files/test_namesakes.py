"""A name that is taken: whoever brings the file says whether it is a newer version, and is told what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.transfers import Transfer
from app.core.models import every
from app.extensions import db
from tests.builders import a_client, a_contributor, a_manager, a_project, an_approver
from tests.files.builders import a_file, how_many
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
