"""Several files as one ZIP: exactly those that the person may have, each in the log."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.blueprints.files.folders import Folder
from app.core.events import Event
from app.core.models import every
from app.extensions import db
from tests.builders import a_client, a_manager, a_member, a_project, a_viewer, an_approver
from tests.files.builders import a_file, a_folder, a_picture, a_version

SignIn = Callable[[Any], Any]


def test_all_files_come_in_their_newest_versions(sign_in: SignIn) -> None:
    project, jana = a_project(a_client(), "Herbst: Öffnung"), a_manager()
    older, newer = a_picture(4), a_picture(9)
    poster = a_file(project, jana, "Übersicht.png", older)
    a_version(poster, jana, newer)
    a_file(project, jana, "Texte.txt", "Grüße".encode())
    answer = sign_in(jana).get(f"/projects/{project.public_id}/files.zip")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert "Herbst-%20%C3%96ffnung.zip" in answer.headers["Content-Disposition"]
    assert contents(answer) == {"Texte.txt": "Grüße".encode(), "Übersicht.png": newer}
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_each_file_is_in_the_log_and_a_look_at_the_headers_is_not(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    files = [a_file(project, jana, f"{name}.png", shared=True) for name in "ab"]
    browser = sign_in(an_approver(client))
    head = browser.head(f"/projects/{project.public_id}/files.zip")
    assert head.status_code == 200 and head.data == b"" and downloads() == []
    answer = browser.get(f"/projects/{project.public_id}/files.zip")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]
    assert [each.facts["file"] for each in downloads()] == [each.public_id for each in files]


def test_clients_get_no_internal_files(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    internal = a_file(project, jana, "intern.png")
    a_file(project, jana, "geteilt.png", shared=True)
    address = f"/projects/{project.public_id}/files.zip"
    for reader in (an_approver(client), a_viewer(client)):
        browser = sign_in(reader)
        assert list(contents(browser.get(address))) == ["geteilt.png"]
        assert browser.get(f"{address}?file={internal.public_id}").status_code == 404
    assert len(contents(sign_in(jana).get(address))) == 2
    assert not any(each.internal for each in downloads()[:2])


def test_a_selection_comes_alone_and_is_refused_with_anything_unknown(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    a, b, _c = (a_file(project, jana, f"{name}.png", shared=True) for name in "abc")
    other = a_file(a_project(a_client("Holm")), jana, "Holm.png", shared=True)
    browser = sign_in(an_approver(client))
    address = f"/projects/{project.public_id}/files.zip"
    chosen = f"{address}?file={a.public_id}&file={b.public_id}&file={a.public_id}"
    assert list(contents(browser.get(chosen))) == ["a.png", "b.png"]
    for unknown in (other.public_id, "nonsense", ""):
        answer = browser.get(f"{address}?file={a.public_id}&file={unknown}")
        assert answer.status_code == 404, unknown
    assert len(downloads()) == 2


def test_folders_keep_their_places_and_what_is_internal_stays_out(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client, "Herbst")
    outer = a_folder(project, jana, "Übersicht")
    inner = a_folder(project, jana, "A2", outer)
    for name, folder in (("a.png", None), ("b.png", outer), ("c.png", inner), ("übersicht", None)):
        a_file(project, jana, name, folder=folder, shared=True)
    a_file(project, jana, "d.png", folder=a_folder(project, jana, "Intern"))
    browser, address = sign_in(an_approver(client)), f"/projects/{project.public_id}/files.zip"
    everything = browser.get(address)
    names = ["a.png", "Übersicht/b.png", "Übersicht/A2/c.png", "übersicht (2)"]
    assert sorted(contents(everything)) == sorted(names)
    with zipfile.ZipFile(io.BytesIO(everything.data)) as archive:
        assert archive.getinfo(names[1]).flag_bits & 0x800  # the name is UTF-8, and says so
    assert int(everything.headers["Content-Length"]) == len(everything.data)
    one = browser.get(f"{address}?folder={inner.public_id}")
    assert list(contents(one)) == ["A2/c.png"]
    assert "Herbst%20%E2%80%93%20A2.zip" in one.headers["Content-Disposition"]
    renamed = db.session.get(Folder, inner.id)
    renamed.move_to(None, jana, "Großformat")
    db.session.commit()
    assert "Großformat/c.png" in contents(browser.get(address))


def test_nobody_else_gets_an_archive(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    a_file(project, jana, shared=True)
    address = f"/projects/{project.public_id}/files.zip"
    for reader in (an_approver(a_client("Holm")), a_member("Away")):
        assert sign_in(reader).get(address).status_code == 404
    project.show("files", False)
    assert sign_in(an_approver(client)).get(address).status_code == 404


def test_the_page_offers_it_where_there_is_something(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser, address = sign_in(jana), f"/projects/{project.public_id}/files"
    assert "files.zip" not in browser.get(address).text
    assert browser.get(f"{address}.zip").status_code == 404
    a_file(project, jana)
    assert f'href="{address}.zip"' in browser.get(address).text


def contents(answer: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def downloads() -> list[Event]:
    mine = Event.verb == "file.downloaded"
    return list(every(select(Event).where(mine).order_by(Event.id)))
