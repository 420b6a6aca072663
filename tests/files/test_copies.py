"""Where a photo was taken is for who uploaded it: all others get a copy without that, on every way."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import select

from app.blueprints.approvals.receipt import Receipt
from app.blueprints.clients.models import Membership
from app.blueprints.files.housekeeping import forget_remains
from app.blueprints.files.models import File
from app.blueprints.files.transfers import Transfer
from app.blueprints.files.verification import wrong_versions
from app.blueprints.files.verifying import check_all
from app.blueprints.files.versions import Version
from app.core import clock
from app.core.events import Event
from app.core.models import every, one
from app.core.storage import storage
from app.extensions import db
from tests.approvals.builders import a_decision, an_open_approval
from tests.builders import a_client, a_contributor, a_manager, a_project, an_approver
from tests.files import samples
from tests.files.builders import a_file, a_version, form_with, newest
from tests.files.test_tus import begin, patch

SignIn = Callable[[Any], Any]
pytestmark = [pytest.mark.only("sqlite"), pytest.mark.usefixtures("agency")]
PHOTO = samples.a_photo(size=(80, 60))
PHOTO_HASH = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture(params=["folder", "bucket"])
def home(request: pytest.FixtureRequest) -> None:
    """Where the bytes live."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")


@pytest.fixture
def people() -> tuple[Any, Any, Any]:
    """A project, who brings a photo from the client's side, and who looks at it."""
    client = a_client()
    return a_project(client), a_contributor(client), an_approver(client)


def has_place(content: bytes) -> bool:
    return bool(Image.open(io.BytesIO(content)).getexif().get_ifd(samples.GPS))


def fetched(browser: Any, version: Version) -> Any:
    return browser.get(f"/versions/{version.public_id}/content")


@pytest.mark.usefixtures("home")
def test_others_get_the_same_photo_without_its_place(sign_in: SignIn, people: Any) -> None:
    project, murat, annette = people
    uploader = sign_in(murat)
    uploader.post(f"/projects/{project.public_id}/files", **form_with(("Foto.jpg", PHOTO)))
    address = begin(uploader, project, len(PHOTO), filename="Laden.jpg")
    patch(uploader, address, PHOTO, 0)
    by_form, by_tus = every(select(Version).order_by(Version.id))
    for version in (by_form, by_tus):
        assert fetched(uploader, version).data == PHOTO
        assert version.sha256 == hashlib.sha256(PHOTO).hexdigest()
        for other in (annette, a_manager()):
            answer = fetched(sign_in(other), version)
            assert len(answer.data) == len(PHOTO) and not has_place(answer.data)
            assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()}"'
            assert version.copy_sha256 == hashlib.sha256(answer.data).hexdigest()
    packed = sign_in(annette).get(f"/projects/{project.public_id}/files.zip").data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert not any(has_place(archive.read(name)) for name in archive.namelist())
    lines = every(select(Event.facts).where(Event.verb == "file.downloaded").order_by(Event.id))
    hashes = [line["sha256"] for line in lines]
    assert hashes == [PHOTO_HASH, *[by_form.copy_sha256] * 2] * 2 + [by_form.copy_sha256] * 2


@pytest.mark.usefixtures("home")
def test_a_photo_that_waited_for_a_choice_has_its_copy(sign_in: SignIn, people: Any) -> None:
    project, murat, annette = people
    a_file(project, murat, "Foto.jpg")
    browser = sign_in(murat)
    form = form_with(("Foto.jpg", PHOTO))
    browser.post(f"/projects/{project.public_id}/files", **form)
    transfer = one(select(Transfer))
    browser.post(f"/uploads/{transfer.public_id}/choice", data={"becomes": "version"})
    file = one(select(File))
    assert not has_place(fetched(sign_in(annette), newest(file)).data)
    with time_machine.travel(clock.now() + timedelta(days=30)):
        forget_remains()
    assert not has_place(fetched(sign_in(annette), newest(file)).data)
    browser.post(f"/projects/{project.public_id}/files", **form)
    before = len(list(storage().keys()))
    waiting = one(select(Transfer).where(Transfer.version_id.is_(None)))
    browser.post(f"/uploads/{waiting.public_id}/choice", data={"becomes": "nothing"})
    assert len(list(storage().keys())) == before - 2


@pytest.mark.usefixtures("home")
def test_who_restores_a_photo_of_another_gets_no_place(sign_in: SignIn, people: Any) -> None:
    project, murat, _annette = people
    file = a_file(project, murat, "Foto.jpg", PHOTO)
    first = newest(file)
    a_version(file, murat)
    jana = a_manager()
    sign_in(jana).post(f"/versions/{first.public_id}/restoration")
    third = newest(file)
    assert third.number == 3 and third.copy_key not in (None, first.copy_key)
    assert not has_place(fetched(sign_in(jana), third).data)
    assert has_place(fetched(sign_in(murat), first).data)


def test_who_looks_as_the_uploader_gets_no_place_either(sign_in: SignIn, people: Any) -> None:
    project, murat, _annette = people
    file = a_file(project, murat, "Foto.jpg", PHOTO)
    browser = sign_in(a_manager())
    place = one(select(Membership).where(Membership.user_id == murat.id))
    assert place is not None
    browser.post(f"/memberships/{place.public_id}/viewings")
    assert not has_place(fetched(browser, newest(file)).data)
    assert "You get your original" not in browser.get(f"/files/{file.public_id}").text


def test_a_damaged_or_changed_copy_is_named(people: Any) -> None:
    project, murat, _annette = people
    version = newest(a_file(project, murat, "Foto.jpg", PHOTO))
    assert [each.problem for each in check_all()] == [""]
    storage().delete(version.copy_key or "")
    problem = next(check_all()).problem
    assert problem.endswith("(Foto.jpg, version 1): in the copy for others, there are no bytes.")


def test_the_pages_say_that_the_copy_has_a_checksum_of_its_own(
    sign_in: SignIn, client: Any
) -> None:
    asked = an_open_approval()
    version = a_version(asked.file, asked.jana, PHOTO, "Foto.jpg")
    receipt = Receipt.of(a_decision(asked))
    annette, address = sign_in(asked.annette), f"/files/{asked.file.public_id}"
    copy = fetched(annette, version).data
    shown = annette.get(address).text.replace(" ", "")
    assert hashlib.sha256(copy).hexdigest() in shown and PHOTO_HASH in shown
    assert "a copy without the place where it was taken" in annette.get(address).text
    assert "You get your original." in sign_in(asked.jana).get(address).text
    for content, said in ((PHOTO, "Not one byte is different."), (copy, "Not one byte else")):
        form = {"file": (io.BytesIO(content), "Foto.jpg")}
        page = client.post(f"/verify/{receipt.seal}", data=form).text
        assert said in page
        assert hashlib.sha256(copy).hexdigest() in page.replace(" ", "")


def test_the_log_vouches_for_the_copy(app: Flask, sign_in: SignIn, people: Any) -> None:
    project, murat, _annette = people
    form = form_with(("Foto.jpg", PHOTO))
    sign_in(murat).post(f"/projects/{project.public_id}/files", **form)
    assert not list(wrong_versions())
    version = every(select(Version))[0]
    version.copy_sha256 = "0" * 64
    db.session.commit()
    assert "in SHA-256 of the copy." in next(iter(wrong_versions()))
