"""What is archived is out of the way, is known by who put it there and when, and comes back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.models import Approval
from app.blueprints.files.archivals import Archival
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.projects.models import Project
from app.core.errors import Conflict, NotAllowed
from app.core.models import every
from app.extensions import db
from tests.approvals.builders import an_open_approval
from tests.builders import a_client, a_contributor, a_manager, a_project, an_approver
from tests.files.builders import a_file, a_folder, a_version, an_upload, newest

pytestmark = pytest.mark.usefixtures("agency")


def test_a_file_is_put_away_and_comes_back_to_where_it_was() -> None:
    project, jana = a_project(a_client()), a_manager()
    folder = a_folder(project, jana)
    file = a_file(project, jana, folder=folder)
    archival = Archival.put_away(file, jana)
    db.session.commit()
    assert there(jana, project) == [] and archival.by is jana and file.is_archived
    for change in (
        lambda: file.add_version(an_upload(), jana),
        lambda: file.rename("Neu", jana),
        lambda: file.move_to(None, jana),
        lambda: Archival.put_away(file, jana),
    ):
        with pytest.raises(Conflict):
            change()
    archival.restore(jana)
    db.session.commit()
    assert there(jana, project) == ["Entwürfe/Plakat.png"]
    assert a_version(file, jana).number == 2


def test_what_two_bring_back_at_once_comes_back_once_under_its_own_name() -> None:
    """The second has read the archive before the first was done, and waited for the project."""
    project, jana = a_project(a_client()), a_manager()
    folder = a_folder(project, jana)
    file, _stays = (a_file(project, jana, f"{name}.png", folder=folder) for name in "ab")
    archival = Archival.put_folder_away(folder, jana)
    db.session.commit()
    archival.restore_file(file, jana)
    db.session.commit()
    with pytest.raises(Conflict):
        archival.restore_file(file, jana)
    late = Archival(id=archival.id, project=project, of_folder=True)
    archival.restore(jana)
    db.session.commit()
    with pytest.raises(Conflict):
        late.restore(jana)
    assert file.name == "a.png"


def test_what_comes_back_finds_its_place_or_what_is_left_of_it() -> None:
    project, jana = a_project(a_client()), a_manager()
    outer = a_folder(project, jana, "Druck")
    inner = a_folder(project, jana, "A2", outer)
    file = a_file(project, jana, folder=inner)
    alone = Archival.put_away(file, jana)
    Archival.put_folder_away(inner, jana)
    a_file(project, jana, folder=outer)
    alone.restore(jana)
    db.session.commit()
    assert there(jana, project) == ["Druck/Plakat (2).png", "Druck/Plakat.png"]
    again = Archival.put_away(file, jana)
    db.session.flush()
    Archival.put_folder_away(outer, jana).restore(jana)
    again.restore(jana)
    assert file.folder_id == outer.id


def test_a_folder_goes_with_what_is_in_it_and_comes_back_as_a_whole() -> None:
    project, jana = a_project(a_client()), a_manager()
    outer = a_folder(project, jana, "Druck")
    inner = a_folder(project, jana, "A2", outer)
    first, second = (a_file(project, jana, name, folder=inner) for name in ("a.png", "b.png"))
    archival = Archival.put_folder_away(outer, jana)
    db.session.commit()
    assert there(jana, project) == [] and len(Folder.tree_of(project)) == 0
    archival.restore_file(first, jana)
    db.session.commit()
    assert there(jana, project) == ["a.png"] and second.archival_id == archival.id
    a_folder(project, jana, "Druck")
    archival.restore(jana)
    db.session.commit()
    assert there(jana, project) == ["Druck (2)/A2/b.png", "a.png"]
    assert every(select(Archival)) == []


def test_what_the_client_is_asked_to_approve_stays() -> None:
    asked = an_open_approval()
    jana, file = asked.jana, asked.file
    folder = a_folder(asked.project, jana)
    file.move_to(folder, jana)
    db.session.commit()
    for attempt in (
        lambda: Archival.put_away(file, jana),
        lambda: Archival.put_folder_away(folder, jana),
    ):
        with pytest.raises(Conflict, match="Plakat"):
            attempt()
        db.session.rollback()
    asked.approval.withdraw(jana, "Ein Foto fehlt")
    Archival.put_folder_away(folder, jana)
    with pytest.raises(Conflict):
        Approval.ask(asked.project, [newest(file)], [asked.annette], jana, title="Noch einmal")


def test_clients_put_away_and_bring_back_what_came_from_their_side() -> None:
    client, jana = a_client(), a_manager()
    project, annette, murat = a_project(client), an_approver(client), a_contributor(client)
    logos = a_folder(project, murat, "Logos")
    theirs = a_file(project, jana, "Entwurf.png", folder=logos, shared=True)
    a_file(project, murat, "Logo.png", folder=logos)
    with pytest.raises(NotAllowed):
        Archival.put_away(theirs, annette)
    with pytest.raises(NotAllowed):
        Archival.put_folder_away(logos, annette)
    theirs.unshare()
    archival = Archival.put_folder_away(logos, annette)
    db.session.commit()
    # The agency keeps its internal file, and the folder that holds it; for the client both are gone.
    assert there(jana, project) == ["Logos/Entwurf.png"]
    assert there(annette, project) == [] and len(Folder.tree_of(project, annette)) == 0
    archival.restore(murat)
    assert there(annette, project) == ["Logos/Logo.png"]
    by_agency = Archival.put_away(theirs, jana)
    theirs.share(jana)
    with pytest.raises(NotAllowed):
        by_agency.restore(annette)


def test_clients_know_of_the_archivals_of_what_they_see() -> None:
    client, jana = a_client(), a_manager()
    project, annette = a_project(client), an_approver(client)
    shared, given = a_file(project, jana, shared=True), a_file(project, annette, "Foto.png")
    archivals = [
        Archival.put_away(file, jana)
        for file in (a_file(project, jana, "intern.png"), shared, given)
    ]
    empty = Archival.put_folder_away(a_folder(project, annette), annette)
    assert set(every(Archival.visible_to(annette))) == {*archivals[1:], empty}
    assert set(every(Archival.visible_to(jana))) == {*archivals, empty}
    assert every(Archival.visible_to(an_approver(a_client("Holm")))) == []


def there(user: User, project: Project) -> list[str]:
    """The files that a person finds, with the ways to them."""
    tree = Folder.tree_of(project, user)
    return sorted(
        "/".join(
            [
                *(each.name for each in tree.path_to(tree.folders.get(file.folder_id or 0))),
                file.name,
            ]
        )
        for file in every(File.listed_for(user, project))
    )
