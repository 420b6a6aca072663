"""What the owner deletes for good is marked first, and goes with all its bytes; what is decided on stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.files.archivals import Archival
from app.blueprints.files.disposals import ARCHIVED_FOR, DRAIN, REVOCABLE_FOR, Disposal
from app.blueprints.files.models import File
from app.blueprints.files.previews import Preview
from app.blueprints.files.versions import Version
from app.core import clock
from app.core.due import drain
from app.core.errors import Conflict
from app.core.events import Event
from app.core.models import every, one
from app.core.storage import StorageError, storage
from app.extensions import db
from tests.approvals.builders import an_open_approval
from tests.builders import a_client, a_manager, a_project, an_owner
from tests.files.builders import a_file, a_folder, a_version, draw_all, how_many, newest
from tests.files.test_requests import an_open_request

SignIn = Callable[[Any], Any]
pytestmark = pytest.mark.usefixtures("agency")
DAY = timedelta(days=1)


def test_a_file_goes_with_all_its_versions_and_pictures_and_the_log_stays() -> None:
    project, jana, ole = a_project(a_client()), a_manager(), an_owner()
    file = a_file(project, jana)
    a_version(file, jana)
    draw_all()
    stays = a_file(project, jana, "Anzeige.png")
    keys = set(storage().keys())
    archive(file, jana)
    with time_machine.travel(clock.now() + ARCHIVED_FOR + DAY):
        mark(ole)
        with time_machine.travel(clock.now() + REVOCABLE_FOR - DAY):
            assert drain(DRAIN) == 0
        with time_machine.travel(clock.now() + REVOCABLE_FOR + DAY):
            assert drain(DRAIN) == 1
    assert every(select(File)) == [stays] and how_many(Version) == 1
    assert [how_many(kind) for kind in (Preview, Archival, Disposal)] == [1, 0, 0]
    assert len(keys - set(storage().keys())) == 6
    line = one(select(Event).where(Event.verb == "file.deleted"))
    assert line is not None and line.facts["name"] == "Plakat.png" and line.actor_id == ole.id


def test_only_what_was_archived_for_long_can_be_marked() -> None:
    project, jana, ole = a_project(a_client()), a_manager(), an_owner()
    archive(a_file(project, jana), jana)
    a_file(project, jana, "Anzeige.png")
    assert mark(ole) == []
    with time_machine.travel(clock.now() + ARCHIVED_FOR + DAY):
        archive(a_file(project, jana, "Neu.png"), jana)
        assert [file.name for file in mark(ole)] == ["Plakat.png"]
        assert mark(ole) == []


def test_what_an_approval_is_about_is_never_deleted() -> None:
    asked, ole = an_open_approval(), an_owner()
    asked.approval.withdraw(asked.jana, "Ein Foto fehlt")
    archive(asked.file, asked.jana)
    with time_machine.travel(clock.now() + ARCHIVED_FOR + DAY):
        assert mark(ole) == []
        assert every(Disposal.kept(ole)) == [asked.file]


def test_what_was_given_for_a_request_stays_while_that_is_open_and_is_known_afterwards(
    sign_in: SignIn,
) -> None:
    asked, ole = an_open_request(), an_owner()
    asked.gives(asked.photos, "Laden.png")
    file = one(select(File))
    archive(file, asked.murat)
    with time_machine.travel(clock.now() + ARCHIVED_FOR + DAY):
        assert mark(ole) == []
        asked.request.close()
        db.session.commit()
        assert "given for “Material”" in sign_in(ole).get("/settings/clean-up").text
        assert mark(ole) == [file]
        with time_machine.travel(clock.now() + REVOCABLE_FOR + DAY):
            assert drain(DRAIN) == 1
        page = sign_in(asked.murat).get(f"/requests/{asked.request.public_id}").text
    assert "Laden.png" in page and "The file was deleted." in page


def test_what_was_taken_back_or_restored_stays() -> None:
    project, jana, ole = a_project(a_client()), a_manager(), an_owner()
    folder = a_folder(project, jana)
    first, second, third = (a_file(project, jana, f"{n}.png", folder=folder) for n in "abc")
    Archival.put_folder_away(folder, jana)
    db.session.commit()
    with time_machine.travel(clock.now() + ARCHIVED_FOR + DAY):
        assert len(mark(ole)) == 3
        one(select(Disposal).where(Disposal.file_id == first.id)).revoke()
        db.session.get_one(Archival, second.archival_id).restore_file(second, jana)
        archive(second, jana)
        with time_machine.travel(clock.now() + REVOCABLE_FOR + DAY):
            assert drain(DRAIN) == 2
    assert set(every(select(File))) == {first, second} and third not in every(select(File))
    assert how_many(Disposal) == 0


def test_what_was_restored_with_its_whole_archival_stays() -> None:
    """The archival is gone then: the mark must not take "none" for the place where it was left."""
    project, jana, ole = a_project(a_client()), a_manager(), an_owner()
    file = a_file(project, jana)
    archive(file, jana)
    with time_machine.travel(clock.now() + ARCHIVED_FOR + DAY):
        mark(ole)
        db.session.get_one(Archival, file.archival_id).restore(jana)
        db.session.commit()
        with time_machine.travel(clock.now() + REVOCABLE_FOR + DAY):
            assert drain(DRAIN) == 1
    assert every(select(File)) == [file] and how_many(Disposal) == 0


def test_taking_back_what_is_deleted_already_says_so() -> None:
    project, jana, ole = a_project(a_client()), a_manager(), an_owner()
    archive(a_file(project, jana), jana)
    with time_machine.travel(clock.now() + ARCHIVED_FOR + DAY):
        mark(ole)
        late = Disposal(file_id=one(select(Disposal)).file_id)
        with time_machine.travel(clock.now() + REVOCABLE_FOR + DAY):
            drain(DRAIN)
        with pytest.raises(Conflict):
            late.revoke()


def test_no_row_is_left_without_its_bytes_when_the_storage_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As with kill -9 between the rows and the bytes: what is left is for the sweep."""
    project, jana, ole = a_project(a_client()), a_manager(), an_owner()
    file = a_file(project, jana)
    key = newest(file).key
    archive(file, jana)

    def fail(_key: str) -> None:
        raise StorageError()

    with time_machine.travel(clock.now() + ARCHIVED_FOR + DAY):
        mark(ole)
        with time_machine.travel(clock.now() + REVOCABLE_FOR + DAY):
            monkeypatch.setattr(storage(), "delete", fail)
            drain(DRAIN)
    assert every(select(Version)) == [] and storage().exists(key)


@pytest.mark.only("sqlite")
def test_the_owner_sees_what_takes_room_and_decides(sign_in: SignIn) -> None:
    project, jana, ole = a_project(a_client()), a_manager(), an_owner()
    files = [a_file(project, jana, f"{name}.png") for name in ("Erste", "Zweite")]
    for file in files:
        archive(file, jana)
    with time_machine.travel(clock.now() + ARCHIVED_FOR + DAY):
        browser, address = sign_in(ole), "/settings/clean-up"
        page = browser.get(address).text
        assert "Erste.png" in page and "2 files" in page and project.name in page
        browser.post(address, data={"file": files[0].public_id})
        assert "Will be deleted" in browser.get(address).text
        disposal = one(select(Disposal))
        browser.post(f"/disposals/{disposal.public_id}/revocation")
        assert how_many(Disposal) == 0
        browser.post(address, data={"all": "y"})
        assert how_many(Disposal) == 2
        assert sign_in(jana).get(address).status_code == 403


def archive(file: File, by: User) -> None:
    Archival.put_away(file, by)
    db.session.commit()


def mark(by: User) -> list[File]:
    """Have all deleted that can be."""
    files = Disposal.mark(select(File.id), by)
    db.session.commit()
    return files
