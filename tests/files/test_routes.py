"""Files over HTTP: uploaded, listed, shared, downloaded, and never by the wrong person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.core import features
from app.core.events import Event
from app.core.models import every
from app.core.storage import storage
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_project,
    a_viewer,
    an_approver,
)
from tests.files.builders import a_file, a_picture, a_version, form_with, how_many, newest

pytestmark = pytest.mark.only("sqlite")

SignIn = Callable[[Any], Any]


@pytest.mark.only("sqlite", "postgresql")
def test_several_files_are_uploaded_at_once(sign_in: SignIn) -> None:
    client = a_client()
    project, annette = a_project(client), an_approver(client)
    browser = sign_in(annette)
    form = form_with(("Logo.svg", b"<svg/>"), ("Öffnungszeiten.txt", b"Mo bis Sa"))
    answer = browser.post(f"/projects/{project.public_id}/files", **form)
    assert answer.headers["Location"].endswith(f"/projects/{project.public_id}/files")
    page = browser.get(f"/projects/{project.public_id}/files")
    assert "2 files are here." in page.text
    assert titles(page) == ["Öffnungszeiten.txt", "Logo.svg"]
    verbs = every(select(Event.verb).where(Event.verb.startswith("file")))
    assert list(verbs) == ["file.uploaded", "file.uploaded"]


def test_a_name_that_was_taken_is_told(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    a_file(project, jana, "Plakat.png", shared=True)  # Of which the client makes no versions.
    browser = sign_in(an_approver(client))
    browser.post(f"/projects/{project.public_id}/files", **form_with(("Plakat.png", a_picture())))
    assert "“Plakat (2).png”" in browser.get(f"/projects/{project.public_id}/files").text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Backstube 4821.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 16_000),
        ("Übersicht (final) – Kopie.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40),
    ],
)
def test_a_download_is_what_was_uploaded_byte_for_byte(
    sign_in: SignIn, name: str, content: bytes
) -> None:
    client = a_client()
    project, annette = a_project(client), an_approver(client)
    browser = sign_in(annette)
    browser.post(f"/projects/{project.public_id}/files", **form_with((name, content)))
    version = every(select(Version))[0]
    answer = browser.get(f"/versions/{version.public_id}/content", buffered=True)
    assert answer.data == content
    assert version.sha256 == hashlib.sha256(content).hexdigest()
    assert version.size == len(content) == int(answer.headers["Content-Length"])
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    if not name.isascii():
        assert quote(name, safe="()") in answer.headers["Content-Disposition"].replace(
            "%28", "("
        ).replace("%29", ")")


def test_a_path_in_the_name_is_cut_off(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    address = f"/projects/{project.public_id}/files"
    sign_in(jana).post(address, **form_with(("..\\..\\etc/pass\u202ewd.png", a_picture())))
    assert every(select(File.name)) == ["passwd.png"]


def test_nothing_empty_files_and_too_large_ones_are_refused(
    sign_in: SignIn, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser, address = sign_in(jana), f"/projects/{project.public_id}/files"
    before = stored()
    settings = replace(app.extensions["settings"], upload_limit_mb=1)
    monkeypatch.setitem(app.extensions, "settings", settings)
    nothing = browser.post(address, data={}, content_type="multipart/form-data")
    assert (nothing.status_code, "Please choose a file." in nothing.text) == (422, True)
    words = browser.post(address, data={"files": "no file at all"})
    assert words.status_code == 422
    empty = browser.post(address, **form_with(("gut.png", a_picture()), ("leer.txt", b"")))
    assert (empty.status_code, "“leer.txt” is empty." in empty.text) == (422, True)
    large = browser.post(address, **form_with(("Film.mp4", bytes(1_200_000))))
    assert large.status_code == 422
    assert "“Film.mp4” is too large: 1.2\u00a0MB. A file can have up to 1\u00a0MB." in large.text
    assert how_many(File) == 0
    assert stored() == before


def test_what_is_far_too_large_is_refused_before_it_is_read(sign_in: SignIn, app: Any) -> None:
    project, jana = a_project(a_client()), a_manager()
    length = {"CONTENT_LENGTH": str(app.config["MAX_CONTENT_LENGTH"] + 1)}
    address = f"/projects/{project.public_id}/files"
    answer = sign_in(jana).post(address, environ_overrides=length, **form_with(("a.txt", b"a")))
    assert answer.status_code == 413


def test_bytes_without_a_row_do_not_stay(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser = sign_in(jana)
    before = stored()
    monkeypatch.setattr(File, "_keep", lambda *_args: 1 / 0)
    form = form_with(("a.txt", b"a"), ("b.txt", b"b"))
    assert browser.post(f"/projects/{project.public_id}/files", **form).status_code == 500
    assert stored() == before
    assert how_many(File) == 0


def test_bytes_stay_when_the_commit_worked_and_only_its_answer_was_lost(
    sign_in: SignIn, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser, commit, before = sign_in(jana), db.session.commit, stored()

    def commit_and_fail() -> None:
        has_files = any(isinstance(row, File) for row in db.session.identity_map.values())
        commit()
        if has_files:
            raise ConnectionError

    monkeypatch.setattr(db.session, "commit", commit_and_fail)
    browser.post(f"/projects/{project.public_id}/files", **form_with(("a.txt", b"a")))
    monkeypatch.undo()
    assert how_many(File) == 1
    assert len(stored() - before) == 1


def test_a_new_version_is_uploaded_on_the_page_of_the_file(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    file = a_file(project, jana)
    browser, address = sign_in(jana), f"/files/{file.public_id}"
    form = form_with(("Plakat_v2.png", a_picture(9, 9)), field="file", note="Logo größer")
    assert browser.post(f"{address}/versions", **form).headers["Location"].endswith(address)
    page = browser.get(address)
    assert "Version 2 is here." in page.text
    assert titles(page) == ["Version 2", "Version 1"]
    assert "Logo größer" in page.text
    refused = browser.post(f"{address}/versions", **form_with(("leer.png", b""), field="file"))
    assert refused.status_code == 422


def test_roles_that_may_not_upload_are_refused_and_not_offered_it(sign_in: SignIn) -> None:
    client = a_client()
    project = a_project(client)
    birgit, murat, annette = a_viewer(client), a_contributor(client), an_approver(client)
    file = a_file(project, annette, "Logo.png")
    address = f"/projects/{project.public_id}/files"
    for person, status in ((birgit, 403), (murat, 303), (annette, 303)):
        browser = sign_in(person)
        offered = 'type="file"' in browser.get(address).text
        assert offered == (status == 303)
        assert browser.post(address, **form_with(("a.txt", b"a"))).status_code == status
        form = form_with(("a.txt", b"a"), field="file")
        assert browser.post(f"/files/{file.public_id}/versions", **form).status_code == status


def test_only_the_agency_shares(sign_in: SignIn) -> None:
    client = a_client()
    project, annette, tom = a_project(client), an_approver(client), a_member("Tom Lindner")
    project.staff_with([tom.id])
    file = a_file(project, tom, shared=True)
    for action in ("sharing", "unsharing"):
        answer = sign_in(annette).post(f"/files/{file.public_id}/{action}")
        assert answer.status_code == 403
    assert "/sharing" not in sign_in(annette).get(f"/files/{file.public_id}").text
    assert sign_in(tom).post(f"/files/{file.public_id}/unsharing").status_code == 303
    assert sign_in(annette).get(f"/files/{file.public_id}").status_code == 404


def test_sharing_says_who_will_see_it_and_is_swapped_in(sign_in: SignIn) -> None:
    client = a_client()
    jana = a_manager()
    an_approver(client)
    file = a_file(a_project(client), jana)
    browser = sign_in(jana)
    assert "Annette Sonnenschein" in browser.get(f"/files/{file.public_id}").text
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = browser.post(f"/files/{file.public_id}/sharing", headers=htmx)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="sharing">')
    assert "The client sees this file now." in answer.text
    assert "Make internal again" in answer.text
    browser.post(f"/files/{file.public_id}/sharing")
    shared = every(select(Event).where(Event.verb == "file.shared"))
    assert len(shared) == 1


def test_an_internal_file_does_not_exist_for_the_client(sign_in: SignIn) -> None:
    client = a_client()
    project = a_project(client)
    file = a_file(project, a_manager(), "Kalkulation.png")
    number = newest(file).public_id
    browser = sign_in(an_approver(client))
    assert "Kalkulation" not in browser.get(f"/projects/{project.public_id}/files").text
    assert_none_exists(browser, file, number)


def test_files_of_another_client_do_not_exist(sign_in: SignIn) -> None:
    project = a_project(a_client())
    file = a_file(project, a_manager(), shared=True)
    number = newest(file).public_id
    for stranger in (an_approver(a_client("Werft Holm")), a_member("Mai Nguyen")):
        browser = sign_in(stranger)
        assert_none_exists(browser, file, number)
        address = f"/projects/{project.public_id}/files"
        assert browser.get(address).status_code == 404
        assert browser.post(address, **form_with(("a.txt", b"a"))).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client: Any) -> None:
    file = a_file(a_project(a_client()), a_manager(), shared=True)
    for path in (f"/files/{file.public_id}", f"/versions/{newest(file).public_id}/content"):
        answer = client.get(path)
        assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (303, True)


def test_a_download_is_in_the_log_once_even_in_pieces(sign_in: SignIn) -> None:
    client = a_client()
    annette = an_approver(client)
    version = newest(a_file(a_project(client), a_manager(), shared=True))
    browser, path = sign_in(annette), f"/versions/{version.public_id}/content"
    for area in ("bytes=0-3", "bytes=4-7", "bytes=8-"):
        assert browser.get(path, headers={"Range": area}, buffered=True).status_code == 206
    browser.head(path)
    browser.get(path, headers={"If-None-Match": f'"{version.sha256}"'})
    (line,) = every(select(Event).where(Event.verb == "file.downloaded"))
    assert (line.actor_name, line.facts["name"]) == ("Annette Sonnenschein", "Plakat.png")
    assert line.facts["sha256"] == version.sha256
    browser.get(path, buffered=True)
    assert len(every(select(Event).where(Event.verb == "file.downloaded"))) == 2


def test_the_list_goes_on_after_fifty(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    for number in range(51):
        a_file(project, jana, f"Foto {number}.txt", b"x")
    browser, address = sign_in(jana), f"/projects/{project.public_id}/files"
    first = browser.get(address)
    assert (len(titles(first)), titles(first)[0]) == (50, "Foto 50.txt")
    older = BeautifulSoup(first.text, "html.parser").select_one("a[rel=next]")
    assert older
    assert titles(browser.get(older["href"])) == ["Foto 0.txt"]


@pytest.mark.only("sqlite")
def test_the_number_of_queries_does_not_grow_with_the_files(
    sign_in: SignIn, count_queries: Any
) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser, address = sign_in(jana), f"/projects/{project.public_id}/files"
    numbers = []
    for _ in range(2):
        for number in range(5):
            a_file(project, jana, f"{number}.txt", b"x")
        with count_queries() as statements:
            assert browser.get(address).status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_an_empty_list_says_what_will_be_here(sign_in: SignIn) -> None:
    client = a_client()
    project = a_project(client)
    page = sign_in(an_approver(client)).get(f"/projects/{project.public_id}/files")
    assert "All files of your project will be here soon." in page.text
    page = sign_in(a_viewer(client)).get(f"/projects/{project.public_id}/files")
    assert 'type="file"' not in page.text


def test_versions_stand_on_the_page_with_their_checksums(sign_in: SignIn) -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    file = a_file(project, jana, shared=True)
    version = a_version(file, jana)
    page = sign_in(a_viewer(client)).get(f"/files/{file.public_id}")
    assert version.sha256[:4] in page.text
    assert titles(page) == ["Version 2", "Version 1"]


def test_switched_off_there_are_no_files(sign_in: SignIn, db: Any) -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    file = a_file(project, jana, shared=True)
    number = newest(file).public_id
    features.switch("files", False)
    db.session.commit()
    browser = sign_in(jana)
    assert browser.get(f"/projects/{project.public_id}/files").status_code == 404
    assert_none_exists(browser, file, number)
    features.switch("files", True)
    db.session.commit()
    assert browser.get(f"/files/{file.public_id}").status_code == 200


def assert_none_exists(browser: Any, file: File, version: str) -> None:
    for path in (
        f"/files/{file.public_id}",
        f"/versions/{version}/content",
        f"/versions/{version}/preview",
    ):
        assert browser.get(path).status_code == 404, path
    for path in ("versions", "sharing", "unsharing"):
        assert browser.post(f"/files/{file.public_id}/{path}").status_code == 404, path


def stored() -> set[str]:
    """What the storage holds; it is not emptied between tests."""
    return set(storage().keys())


def titles(page: Any) -> list[str]:
    soup = BeautifulSoup(page.text, "html.parser")
    return [title.get_text().strip() for title in soup.select(".row__title")]
