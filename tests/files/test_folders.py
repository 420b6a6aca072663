"""Folders: who knows of them, what they are called, and what may be done with them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.files import folders
from app.blueprints.files.folders import DEEPEST, Folder
from app.blueprints.projects.models import Project
from app.core.errors import Conflict, NotAllowed
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
        assert len(Folder.tree_of(project).path_to(folder)) == level
    with pytest.raises(Conflict):
        Folder.make(project, "zu tief", jana, folder)
    monkeypatch.setattr(folders, "MOST", DEEPEST)
    with pytest.raises(Conflict):
        Folder.make(project, "zu viel", jana)


def test_a_folder_is_named_and_moved_within_the_rules() -> None:
    client, jana = a_client(), a_manager()
    project, annette = a_project(client), an_approver(client)
    outer = a_folder(project, jana, "Druck")
    inner = a_folder(project, jana, "A2", outer)
    a_folder(project, jana, "Web")
    for refused in (
        lambda: outer.rename("WEB", jana),
        lambda: outer.move_to(inner, jana),
        lambda: outer.move_to(outer, jana),
    ):
        with pytest.raises(Conflict):
            refused()
    outer.rename("druck", jana)
    inner.move_to(None, jana)
    assert [outer.name, inner.parent_id] == ["druck", None]
    with pytest.raises(NotAllowed):
        outer.rename("Unseres", annette)
    own = a_folder(project, annette, "Logos")
    own.rename("Marke", annette)
    chain = [inner]
    for level in range(2, DEEPEST + 1):
        chain.append(a_folder(project, jana, f"{level}", chain[-1]))
    with pytest.raises(Conflict):
        inner.move_to(own, jana)


def test_a_folder_is_deleted_only_if_it_is_empty() -> None:
    client, jana = a_client(), a_manager()
    project, annette = a_project(client), an_approver(client)
    full, own = a_folder(project, jana), a_folder(project, annette, "Logos")
    a_file(project, jana, folder=full)
    with pytest.raises(Conflict):
        full.delete(jana)
    a_file(project, jana, folder=own)
    own.delete(annette)
    db.session.commit()
    # It is empty for the client alone: the agency keeps it, with what is internal in it.
    assert known(annette, project) == [] and known(jana, project) == ["Entwürfe", "Logos"]
    a_folder(project, annette, "Fotos").delete(annette)
    db.session.commit()
    assert known(jana, project) == ["Entwürfe", "Logos"]


def test_a_file_is_renamed_and_keeps_its_extension() -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    file = a_file(project, jana, "Plakat.png", shared=True)
    a_file(project, jana, "Anzeige.png")
    for wanted, name in (
        ("Plakat A2/A3", "Plakat A2-A3.png"), ("plakat.PNG", "plakat.PNG"), ("v2.1", "v2.1.PNG"),
    ):  # fmt: skip
        file.rename(wanted, jana)
        assert file.name == name
    with pytest.raises(Conflict):
        file.rename("ANZEIGE", jana)
    with pytest.raises(NotAllowed):
        file.rename("Unseres", an_approver(client))


def test_a_file_that_is_moved_gets_a_number_where_its_name_is_taken() -> None:
    project, jana = a_project(a_client()), a_manager()
    folder = a_folder(project, jana)
    file, _other = a_file(project, jana), a_file(project, jana, folder=folder)
    file.move_to(folder, jana)
    assert [file.name, file.folder_id] == ["Plakat (2).png", folder.id]
    file.move_to(None, jana)
    elsewhere = a_folder(a_project(a_client("Holm")), jana)
    with pytest.raises(Conflict):
        file.move_to(elsewhere, jana)


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
