"""Resumable uploads: begun, broken off, continued, finished once, and never by the wrong person."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.blueprints.files.housekeeping import forget_expired
from app.blueprints.files.models import File
from app.blueprints.files.transfers import Transfer
from app.blueprints.files.versions import Version
from app.core import clock
from app.core.events import Event
from app.core.models import every
from app.core.storage import storage
from tests.builders import a_client, a_contributor, a_manager, a_project, a_viewer, an_approver
from tests.files.builders import a_file, a_picture, how_many

pytestmark = pytest.mark.only("sqlite")

SignIn = Callable[[Any], Any]
TUS = {"Tus-Resumable": "1.0.0"}
PIECES = {**TUS, "Content-Type": "application/offset+octet-stream"}


def test_what_can_be_done_is_told_to_everybody(client: Any, app: Any) -> None:
    project = a_project(a_client())
    answer = client.options(f"/projects/{project.public_id}/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert "creation-with-upload" in answer.headers["Tus-Extension"]
    assert int(answer.headers["Tus-Max-Size"]) == 10_000_000_000


def test_a_file_comes_in_pieces_and_is_a_file_then(sign_in: SignIn) -> None:
    client = a_client()
    project, content = a_project(client), a_picture(noise=90_000)
    browser = sign_in(a_contributor(client))
    address = begin(browser, project, len(content), filename="Backstube.png", sha256=sha(content))
    assert patch(browser, address, content[:40_000], 0).headers["Upload-Offset"] == "40000"
    assert how_many(File) == 0
    standing = browser.head(address, headers=TUS)
    assert standing.headers["Upload-Offset"] == "40000"
    assert standing.headers["Upload-Length"] == str(len(content))
    assert standing.headers["Cache-Control"] == "no-store"
    assert "filename" in standing.headers["Upload-Metadata"]
    last = patch(browser, address, content[40_000:], 40_000)
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(content)))
    version = every(select(Version))[0]
    assert b"".join(storage().read(version.key)) == content
    assert (version.name, version.sha256) == ("Backstube.png", sha(content))
    assert version.content_type == "image/png"
    assert every(select(File.shared_at))[0] is not None
    assert every(select(Event.verb).where(Event.verb == "file.uploaded")) == ["file.uploaded"]


def test_what_has_come_is_said_with_the_list(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    a_file(project, jana, "Plakat.png")
    browser = sign_in(jana)
    address = begin(browser, project, 4, filename="Plakat.png")
    patch(browser, address, b"neu!", 0)
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    query = {"arrived": address.rpartition("/")[2]}
    page = browser.get(f"/projects/{project.public_id}/files", query_string=query, headers=htmx)
    assert "“Plakat (2).png”" in page.text
    assert "toast" in page.text
    other = sign_in(a_manager("Mai Nguyen"))
    page = other.get(f"/projects/{project.public_id}/files", query_string=query, headers=htmx)
    assert "toast" not in page.text


def test_bytes_can_come_with_the_beginning(sign_in: SignIn) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    headers = {**PIECES, "Upload-Length": "8", "Upload-Metadata": said(filename="a.txt")}
    address = f"/projects/{project.public_id}/uploads"
    some = browser.post(address, headers=headers, data=b"1234")
    assert (some.status_code, some.headers["Upload-Offset"]) == (201, "4")
    whole = browser.post(address, headers=headers, data=b"12345678")
    assert (whole.status_code, whole.headers["Upload-Offset"]) == (201, "8")
    more = browser.post(address, headers=headers, data=b"123456789")
    assert more.status_code == 413
    assert how_many(File) == 1


def test_a_version_comes_in_pieces_with_its_note(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    file, browser = a_file(project, jana), sign_in(jana)
    address = begin(browser, project, 3, of=file, filename="egal.png", note="Logo\0 größer")
    patch(browser, address, b"neu", 0)
    version = every(select(Version).where(Version.number == 2))[0]
    assert (version.file_id, version.note, version.name) == (file.id, "Logo größer", "Plakat.png")


def test_clients_add_no_versions_to_files_of_the_agency(sign_in: SignIn) -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    shared, internal = a_file(project, jana, shared=True), a_file(project, jana)
    browser = sign_in(an_approver(client))
    assert beginning(browser, project, 3, of=shared, filename="a.png").status_code == 403
    assert beginning(browser, project, 3, of=internal, filename="a.png").status_code == 404


def test_only_this_version_of_the_protocol_is_spoken(sign_in: SignIn) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    headers = {"Tus-Resumable": "0.2.2", "Upload-Length": "3"}
    answer = browser.post(f"/projects/{project.public_id}/uploads", headers=headers)
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")
    assert how_many(Transfer) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": "-1"},
        {"Upload-Length": "1e3"},
        {"Upload-Length": "9" * 40},
        {"Upload-Defer-Length": "1"},
        {"Upload-Length": "3", "Upload-Metadata": "filename kein!base64"},
        {"Upload-Length": "3", "Upload-Metadata": "filename /////w=="},
        {"Upload-Length": "3", "Upload-Metadata": "filename " + "QUFB" * 1500},
        {"Upload-Length": "3", "Upload-Metadata": "sha256 QUFB"},
    ],
)
def test_bad_words_are_refused(sign_in: SignIn, headers: dict[str, str]) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    address = f"/projects/{project.public_id}/uploads"
    assert browser.post(address, headers={**TUS, **headers}).status_code == 400
    assert how_many(Transfer) == 0


def test_what_is_too_large_or_empty_is_refused_before_a_byte_is_sent(
    sign_in: SignIn, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.extensions["settings"], upload_limit_mb=1)
    monkeypatch.setitem(app.extensions, "settings", settings)
    project, browser = a_project(a_client()), sign_in(a_manager())
    large = beginning(browser, project, 1_200_000, filename="Film.mp4")
    assert large.status_code == 413
    assert "“Film.mp4” is too large: 1.2\u00a0MB. A file can have up to 1\u00a0MB." in large.text
    assert large.headers["Tus-Resumable"] == "1.0.0"
    empty = beginning(browser, project, 0, filename="leer.txt")
    assert (empty.status_code, "“leer.txt” is empty." in empty.text) == (422, True)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 10}))
    assert beginning(browser, project, 9, filename="a.txt").status_code == 507


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\gnp\u202e.exe\0", "gnp.exe"),
        ("", "file"),
        ("Öffnungszeiten 🥨.txt", "Öffnungszeiten 🥨.txt"),
    ],
)
def test_names_are_made_safe(sign_in: SignIn, name: str, kept: str) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    patch(browser, begin(browser, project, 2, filename=name), b"ab", 0)
    assert every(select(File.name)) == [kept]


def test_a_piece_that_begins_elsewhere_is_refused(sign_in: SignIn) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    address = begin(browser, project, 10, filename="a.txt")
    patch(browser, address, b"1234", 0)
    assert patch(browser, address, b"1234", 0).status_code == 409
    assert patch(browser, address, b"1234", 6).status_code == 409
    assert patch(browser, address, b"5678901", 4).status_code == 413
    form = {**TUS, "Upload-Offset": "4", "Content-Type": "text/plain"}
    assert browser.patch(address, headers=form, data=b"5").status_code == 415
    assert browser.head(address, headers=TUS).headers["Upload-Offset"] == "4"


def test_a_piece_that_does_not_meet_its_checksum_is_forgotten(sign_in: SignIn) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    address = begin(browser, project, 8, filename="a.txt")
    wrong = patch(browser, address, b"1234", 0, **{"Upload-Checksum": check(b"1235")})
    assert wrong.status_code == 460
    assert browser.head(address, headers=TUS).headers["Upload-Offset"] == "0"
    unknown = patch(browser, address, b"1234", 0, **{"Upload-Checksum": "crc8 QUFB"})
    assert unknown.status_code == 400
    right = patch(browser, address, b"1234", 0, **{"Upload-Checksum": check(b"1234")})
    assert (right.status_code, right.headers["Upload-Offset"]) == (204, "4")


def test_a_file_that_is_not_what_was_announced_never_becomes_one(sign_in: SignIn) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    before = set(storage().keys())
    address = begin(browser, project, 4, filename="a.txt", sha256=sha(b"1234"))
    broken = patch(browser, address, b"1235", 0)
    assert (broken.status_code, "damaged" in broken.text) == (460, True)
    assert browser.head(address, headers=TUS).status_code == 404
    assert (how_many(File), how_many(Transfer), set(storage().keys())) == (0, 0, before)


@pytest.mark.only("sqlite", "postgresql")
def test_finishing_twice_gives_the_same_version(sign_in: SignIn) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    address = begin(browser, project, 4, filename="a.txt")
    for offset, status in ((0, 204), (0, 409)):
        assert patch(browser, address, b"1234", offset).status_code == status
    again = patch(browser, address, b"", 4)
    assert (again.status_code, again.headers["Upload-Offset"]) == (204, "4")
    assert browser.head(address, headers=TUS).headers["Upload-Offset"] == "4"
    assert browser.delete(address, headers=TUS).status_code == 204
    assert how_many(Version) == 1
    assert b"".join(storage().read(every(select(Version.key))[0])) == b"1234"


@pytest.mark.only("sqlite", "postgresql")
def test_two_pieces_at_once_do_not_mix(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    browsers = [sign_in(jana) for _ in range(4)]
    address = begin(browsers[0], project, 400_000, filename="a.bin")
    together, statuses = threading.Barrier(4), []

    def send(browser: Any, letter: bytes) -> None:
        together.wait()
        statuses.append(patch(browser, address, letter * 400_000, 0).status_code)

    threads = [
        threading.Thread(target=send, args=pair)
        for pair in zip(browsers, (b"a", b"b", b"c", b"d"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 409, 423}
    content = b"".join(storage().read(every(select(Version.key))[0]))
    assert content in {letter * 400_000 for letter in (b"a", b"b", b"c", b"d")}


def test_who_writes_keeps_others_out(sign_in: SignIn) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    address = begin(browser, project, 4, filename="a.txt")
    with every(select(Transfer))[0].draft.held():
        assert patch(browser, address, b"1234", 0).status_code == 423
        assert browser.delete(address, headers=TUS).status_code == 423
    assert patch(browser, address, b"1234", 0).status_code == 204


def test_what_was_written_but_not_counted_is_written_again(sign_in: SignIn) -> None:
    """A process that is killed leaves such a tail behind."""
    project, browser = a_project(a_client()), sign_in(a_manager())
    address = begin(browser, project, 8, filename="a.txt")
    patch(browser, address, b"1234", 0)
    with every(select(Transfer))[0].draft.path.open("ab") as draft:
        draft.write(b"??")
    assert browser.head(address, headers=TUS).headers["Upload-Offset"] == "4"
    patch(browser, address, b"5678", 4)
    assert b"".join(storage().read(every(select(Version.key))[0])) == b"12345678"


def test_a_finish_that_was_killed_halfway_is_done_again(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    address = begin(browser, project, 4, filename="a.txt")
    with monkeypatch.context() as killed:
        killed.setattr("app.blueprints.files.transfers.Transfer.settle", lambda *_args: 1 / 0)
        killed.setattr("app.blueprints.files.uploads._forget", lambda _uploads: None)
        assert patch(browser, address, b"1234", 0).status_code == 500
    assert browser.head(address, headers=TUS).headers["Upload-Offset"] == "0"
    assert patch(browser, address, b"1234", 0).status_code == 204
    assert b"".join(storage().read(every(select(Version.key))[0])) == b"1234"


def test_a_transfer_that_waited_for_too_long_is_gone(sign_in: SignIn, db: Any) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser = sign_in(jana)
    old, done = (begin(browser, project, 4, filename="a.txt") for _ in range(2))
    patch(browser, old, b"12", 0)
    patch(browser, done, b"1234", 0)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        browser = sign_in(jana)
        assert browser.head(old, headers=TUS).status_code == 410
        assert patch(browser, old, b"34", 2).status_code == 410
        assert browser.head(done, headers=TUS).headers["Upload-Offset"] == "4"
        forget_expired()
        db.session.commit()
        assert browser.head(old, headers=TUS).status_code == 404
    assert how_many(Transfer) == 0
    assert b"".join(storage().read(every(select(Version.key))[0])) == b"1234"


def test_a_cancelled_transfer_leaves_nothing(sign_in: SignIn, app: Any) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    before = set((Path(app.instance_path) / "uploads").glob("*"))
    address = begin(browser, project, 4, filename="a.txt")
    patch(browser, address, b"12", 0)
    assert browser.delete(address, headers=TUS).status_code == 204
    assert browser.head(address, headers=TUS).status_code == 404
    assert set((Path(app.instance_path) / "uploads").glob("*")) == before


def test_the_method_can_stand_in_a_header(sign_in: SignIn) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    address = begin(browser, project, 4, filename="a.txt")
    headers = {**PIECES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert browser.post(address, headers=headers, data=b"1234").status_code == 204
    headers["X-HTTP-Method-Override"] = "PUT"
    assert browser.post(address, headers=headers).status_code == 405
    assert how_many(Version) == 1


def test_transfers_exist_for_their_own_person_only(sign_in: SignIn) -> None:
    client = a_client()
    project = a_project(client)
    address = begin(sign_in(an_approver(client)), project, 4, filename="a.txt")
    others = (a_contributor(client), a_manager(), an_approver(a_client("Werft Holm")))
    for browser in map(sign_in, others):
        assert browser.head(address, headers=TUS).status_code == 404
        assert patch(browser, address, b"1234", 0).status_code == 404
        assert browser.delete(address, headers=TUS).status_code == 404


def test_who_may_not_upload_begins_nothing(sign_in: SignIn) -> None:
    client = a_client()
    project = a_project(client)
    assert beginning(sign_in(a_viewer(client)), project, 4).status_code == 403
    stranger = sign_in(an_approver(a_client("Werft Holm")))
    assert beginning(stranger, project, 4).status_code == 404
    assert how_many(Transfer) == 0


def test_who_may_no_longer_upload_finishes_nothing(sign_in: SignIn, db: Any) -> None:
    client = a_client()
    project, annette = a_project(client), an_approver(client)
    browser = sign_in(annette)
    address = begin(browser, project, 4, filename="a.txt")
    patch(browser, address, b"12", 0)
    project.finish()
    db.session.commit()
    assert patch(browser, address, b"34", 2).status_code == 403
    project.show("files", False)
    db.session.commit()
    assert browser.head(address, headers=TUS).status_code == 404
    assert how_many(File) == 0


def test_nobody_begins_without_end(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.blueprints.files.transfers.AT_ONCE", 2)
    project, browser = a_project(a_client()), sign_in(a_manager())
    codes = [beginning(browser, project, 4, filename="a.txt").status_code for _ in range(3)]
    assert codes == [201, 201, 429]


def beginning(browser: Any, project: Any, size: int, of: Any = None, **told: str) -> Any:
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": said(**told)}
    query = {"file": of.public_id} if of else {}
    address = f"/projects/{project.public_id}/uploads"
    return browser.post(address, headers=headers, query_string=query)


def begin(browser: Any, project: Any, size: int, of: Any = None, **told: str) -> str:
    """Begin a transfer; returns its address."""
    answer = beginning(browser, project, size, of, **told)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def patch(browser: Any, address: str, piece: bytes, offset: int, **more: str) -> Any:
    return browser.patch(
        address, headers={**PIECES, "Upload-Offset": str(offset), **more}, data=piece
    )


def said(**told: str) -> str:
    return ",".join(f"{key} {base64.b64encode(told[key].encode()).decode()}" for key in told)


def check(piece: bytes) -> str:
    return f"sha256 {base64.b64encode(hashlib.sha256(piece).digest()).decode()}"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
