"""Files and versions: who sees them, what they are called, what happens at once."""

from __future__ import annotations

import io
import sqlite3
import threading
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app.blueprints.accounts.models import User
from app.blueprints.files import hooks
from app.blueprints.files.models import File
from app.blueprints.files.uploads import received
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core.errors import Conflict, NotAllowed
from app.core.models import every
from app.core.storage.intake import CHUNK
from app.extensions import db
from tests.builders import a_client, a_manager, a_member, a_project, a_viewer, an_approver, an_owner
from tests.files.builders import a_file, a_picture, a_version, an_upload, newest
from tests.projects.builders import an_update

pytestmark = pytest.mark.usefixtures("agency")


def test_a_file_of_the_agency_is_internal_until_it_is_shared() -> None:
    client = a_client()
    jana, annette = a_manager(), an_approver(client)
    file = a_file(a_project(client), jana)
    assert seen(annette) == []
    file.share(jana)
    assert seen(annette) == [file]
    assert file.shared_by_id == jana.id


def test_a_file_of_the_client_is_shared_at_once() -> None:
    client = a_client()
    annette = an_approver(client)
    file = a_file(a_project(client), annette)
    assert file.is_shared
    assert seen(annette) == [file]


def test_unsharing_hides_a_file_with_all_its_versions() -> None:
    client = a_client()
    jana, annette = a_manager(), an_approver(client)
    file = a_file(a_project(client), jana, shared=True)
    a_version(file, jana)
    assert len(every(Version.visible_to(annette))) == 2
    file.unshare()
    assert seen(annette) == []
    assert every(Version.visible_to(annette)) == []
    assert len(every(Version.visible_to(jana))) == 2


def test_other_clients_and_members_of_other_projects_see_nothing() -> None:
    project = a_project(a_client())
    file = a_file(project, an_owner(), shared=True)
    assert seen(an_approver(a_client("Werft Holm"))) == []
    assert seen(a_member("Mai Nguyen")) == []
    assert seen(a_member("Tom Lindner", project)) == [file]


def test_a_hidden_section_hides_the_files_from_the_client_only(db: Any) -> None:
    client = a_client()
    jana, annette = a_manager(), a_viewer(client)
    project = a_project(client)
    a_file(project, jana, shared=True)
    project.show("files", False)
    db.session.flush()
    assert seen(annette) == []
    assert len(seen(jana)) == 1
    project.show("files", None)
    client.show("files", False)
    db.session.flush()
    assert seen(annette) == []
    project.show("files", True)
    db.session.flush()
    assert len(seen(annette)) == 1


def test_a_name_that_is_taken_gets_a_number() -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    names = [a_file(project, jana, "Plakat A2.pdf").name for _ in range(3)]
    assert names == ["Plakat A2.pdf", "Plakat A2 (2).pdf", "Plakat A2 (3).pdf"]
    assert a_file(a_project(client), jana, "Plakat A2.pdf").name == "Plakat A2.pdf"


def test_the_longest_name_still_gets_a_number() -> None:
    project, jana = a_project(a_client()), a_manager()
    name = "ü" * 196 + ".pdf"
    assert a_file(project, jana, name).name == name
    second = a_file(project, jana, name).name
    assert len(second) == 200
    assert second.endswith("ü (2).pdf")


def test_a_number_does_not_give_away_internal_files() -> None:
    client = a_client()
    project = a_project(client)
    a_file(project, a_manager(), "Kalkulation.xlsx")
    assert a_file(project, an_approver(client), "Kalkulation.xlsx").name == "Kalkulation.xlsx"


def test_versions_are_numbered_and_keep_what_was_there() -> None:
    project, jana = a_project(a_client()), a_manager()
    file = a_file(project, jana, "Plakat.png", a_picture(4, 4))
    second = a_version(file, jana, a_picture(5, 5), note="Logo unten rechts")
    versions = every(select(Version).order_by(Version.number))
    assert [version.number for version in versions] == [1, 2]
    assert versions[0].sha256 != versions[1].sha256
    assert (second.note, file.number) == ("Logo unten rechts", 2)


def test_a_version_keeps_the_name_and_takes_the_new_extension() -> None:
    project, jana = a_project(a_client()), a_manager()
    file = a_file(project, jana, "Plakat.png")
    assert a_version(file, jana, name="Plakat_neu_final.PNG").name == "Plakat.png"
    assert a_version(file, jana, b"%PDF-1.7 neu", name="egal.pdf").name == "Plakat.pdf"


def test_clients_add_versions_to_their_own_files_only() -> None:
    client = a_client()
    project, annette, jana = a_project(client), an_approver(client), a_manager()
    ours, theirs = a_file(project, jana, shared=True), a_file(project, annette, "Logo.svg")
    with pytest.raises(NotAllowed):
        ours.add_version(an_upload(), annette)
    assert a_version(theirs, annette).number == 2
    assert a_version(theirs, jana).number == 3


def test_a_finished_project_takes_no_files() -> None:
    project, jana = a_project(a_client()), a_manager()
    file = a_file(project, jana)
    project.finish()
    with pytest.raises(Conflict):
        File.add(project, an_upload(), jana)
    with pytest.raises(Conflict):
        file.add_version(an_upload(), jana)


def test_floors_above_hear_of_new_versions_but_not_of_new_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(hooks, "ON_NEW_VERSION", [lambda version, by: heard.append((version, by))])
    jana = a_manager()
    file = a_file(a_project(a_client()), jana)
    version = a_version(file, jana)
    assert heard == [(version, jana)]


def test_a_floor_above_can_keep_a_file_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: File) -> None:
        raise Conflict("It waits for a decision.")

    monkeypatch.setattr(hooks, "ON_UNSHARING", [refuse])
    file = a_file(a_project(a_client()), a_manager(), shared=True)
    with pytest.raises(Conflict):
        file.unshare()
    assert file.is_shared


def test_a_floor_above_can_show_shared_versions_where_files_are_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    shared, internal = a_file(project, jana, shared=True), a_file(project, jana)
    project.show("files", False)
    numbers = [newest(shared).id, newest(internal).id]
    assert every(Version.visible_to(annette)) == []
    monkeypatch.setattr(hooks, "ALSO_SHOWN", [lambda _user: Version.id.in_(numbers)])
    assert every(Version.visible_to(annette)) == [newest(shared)]


def test_versions_at_the_same_moment_get_two_numbers(app: Any, db: Any) -> None:
    jana = a_manager()
    file = a_file(a_project(a_client()), jana)
    number, person, together = file.id, jana.id, threading.Barrier(2)

    def upload() -> None:
        with app.app_context():
            upload = an_upload()
            db.session.commit()
            together.wait(timeout=30)
            mine = db.session.get(File, number)
            mine.add_version(upload, db.session.get(type(jana), person))
            db.session.commit()

    db.session.commit()
    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = every(select(Version.number).where(Version.file_id == number))
    assert sorted(numbers) == [1, 2, 3]


@pytest.mark.only("sqlite")
def test_nothing_is_locked_while_bytes_are_stored(app: Flask) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if size == CHUNK:
                with closing(
                    sqlite3.connect(f"{app.instance_path}/foyer.sqlite3", timeout=0)
                ) as other:
                    other.execute("BEGIN IMMEDIATE")
            return super().read(size)

    with received([FileStorage(Slow(a_picture()), filename="Plakat.png")]) as (upload,):
        assert upload.content_type == "image/png"


def test_a_type_is_found_from_the_bytes() -> None:
    project, jana = a_project(a_client()), a_manager()
    liar = a_file(project, jana, "Foto.png", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>")
    version = every(select(Version).where(Version.file_id == liar.id))[0]
    assert version.content_type == "image/svg+xml"
    assert not version.has_picture


def seen(user: Any) -> list[File]:
    return list(every(File.visible_to(user)))


@pytest.mark.only("postgresql")  # SQLite lets one write after the other anyway.
def test_two_files_of_one_name_at_the_same_moment_get_two_names(app: Flask) -> None:
    project, jana = a_project(a_client()), a_manager()
    db.session.commit()
    numbers, start = (project.id, jana.id), threading.Barrier(2)

    def upload() -> None:
        with app.app_context():
            there, user = (
                db.session.get_one(Project, numbers[0]),
                db.session.get_one(User, numbers[1]),
            )
            start.wait()
            a_file(there, user)

    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(every(select(File.name))) == ["Plakat (2).png", "Plakat.png"]


@pytest.mark.only("postgresql")
def test_two_updates_with_pictures_can_be_posted_at_once(app: Flask) -> None:
    """Each has a row that points to the project already when it holds that for its picture."""
    project, jana = a_project(a_client()), a_manager()
    db.session.commit()
    numbers, both_point = (project.id, jana.id), threading.Barrier(2)

    def post() -> None:
        with app.app_context():
            there = db.session.get_one(Project, numbers[0])
            user = db.session.get_one(User, numbers[1])
            an_update(there, user)
            both_point.wait(30)
            a_file(there, user)
            db.session.commit()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(every(select(File))) == 2
