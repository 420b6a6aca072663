"""Folders: who knows of them, what they are called, and what may be done with them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.files import folders
from app.blueprints.files.folders import DEEPEST, Folder
from app.blueprints.projects.models import Project
from app.core.errors import Conflict
from app.core.models import every
from app.extensions import db
from tests.builders import a_client, a_contributor, a_manager, a_member, a_project, an_approver
from tests.files.builders import a_file, a_folder

pytestmark = pytest.mark.usefixtures("agency")


def test_a_client_knows_of_folders_that_hold_something_for_them_or_were_made_by_their_side() -> (
    None
):
    client, jana = a_client(), a_manager()
    project, annette, murat = a_project(client), an_approver(client), a_contributor(client)
    inner = a_folder(project, jana, "Kalkulation")
    outer = a_folder(project, jana, "Druckdaten")
    deep = a_folder(project, jana, "Plakate", a_folder(project, jana, "A2", outer))
    a_folder(project, murat, "Logos")
    a_file(project, jana, "intern.png", folder=inner)
    assert known(annette, project) == ["Logos"]
    poster = a_file(project, jana, "Plakat.png", folder=deep, shared=True)
    assert known(annette, project) == ["A2", "Druckdaten", "Logos", "Plakate"]
    assert known(jana, project) == ["A2", "Druckdaten", "Kalkulation", "Logos", "Plakate"]
    poster.unshare()
    assert known(annette, project) == ["Logos"]
    for away in (an_approver(a_client("Holm")), a_member("Fenja")):
        assert known(away, project) == []
    project.show("files", False)
    assert known(annette, project) == []


def test_the_names_of_siblings_differ_as_people_see_them() -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    first = a_folder(project, jana, "Entwürfe")
    for taken in ("Entwürfe", "ENTWÜRFE"):
        with pytest.raises(Conflict):
            Folder.make(project, taken, jana)
    a_folder(project, jana, "Entwürfe", first)
    a_folder(a_project(client, "Zweites"), jana, "Entwürfe")
    # A client is told of no folder that does not exist for them.
    assert a_folder(project, an_approver(client), "Entwürfe").from_client


def test_folders_are_neither_too_deep_nor_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    project, jana = a_project(a_client()), a_manager()
    folder = None
    for level in range(1, DEEPEST + 1):
        folder = a_folder(project, jana, f"{level}", folder)
        assert folder.depth == level
    with pytest.raises(Conflict):
        Folder.make(project, "zu tief", jana, folder)
    monkeypatch.setattr(folders, "MOST", DEEPEST)
    with pytest.raises(Conflict):
        Folder.make(project, "zu viel", jana)


def test_a_file_gets_its_name_among_those_of_its_folder() -> None:
    project, jana = a_project(a_client()), a_manager()
    folder = a_folder(project, jana)
    names = [
        a_file(project, jana, name, folder=where).name
        for where, name in (
            (None, "Übersicht.png"), (folder, "Übersicht.png"), (folder, "übersicht.PNG"),
            (folder, "Übersicht.png"),
        )
    ]  # fmt: skip
    assert names == ["Übersicht.png", "Übersicht.png", "übersicht (2).PNG", "Übersicht (3).png"]


def test_a_file_for_a_folder_that_is_gone_meanwhile_comes_into_the_project() -> None:
    project, jana = a_project(a_client()), a_manager()
    folder = a_folder(project, jana)
    db.session.refresh(folder)
    db.session.execute(Folder.__table__.delete())
    assert a_file(project, jana, folder=folder).folder_id is None


def known(user: User, project: Project) -> list[str]:
    names = select(Folder.name).where(
        Folder.id.in_(Folder.listed_for(user, project).with_only_columns(Folder.id))
    )
    return list(every(names.order_by(Folder.name)))
