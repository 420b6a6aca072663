"""Older versions: opened, and brought back as versions of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.files import hooks
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.core.events import Event
from app.core.models import every, one
from app.core.storage import storage
from tests.builders import a_client, a_contributor, a_manager, a_project
from tests.files.builders import a_file, a_picture, a_version, newest

SignIn = Callable[[Any], Any]


def test_a_restored_version_is_a_new_one_with_the_old_bytes(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    monkeypatch.setattr(
        hooks, "ON_NEW_VERSION", [lambda version, _by: heard.append(version.number)]
    )
    jana, old = a_manager(), a_picture(4)
    file = a_file(a_project(a_client()), jana, "Plakat.png", old)
    first = newest(file)
    a_version(file, jana, a_picture(9), note="Logo größer")
    browser = sign_in(jana)
    answer = browser.post(f"/versions/{first.public_id}/restoration")
    assert answer.headers["Location"].endswith(f"/files/{file.public_id}")
    third = newest(file)
    assert (third.number, third.restored_from, third.sha256) == (3, 1, first.sha256)
    assert third.key != first.key
    storage().delete(first.key)
    assert b"".join(storage().read(third.key)) == old
    page = browser.get(answer.headers["Location"]).text
    assert "Version 1 is back: it is version 3 now." in page
    assert "Restored from version 1." in page
    assert heard == [2, 3]
    event = one(select(Event).where(Event.verb == "version.restored"))
    assert event is not None
    assert (event.facts["version"], event.facts["restored"]) == (3, 1)


@pytest.mark.only("sqlite")
def test_what_is_the_newest_already_is_not_restored_again(sign_in: SignIn) -> None:
    """Whoever presses twice gets one version."""
    jana = a_manager()
    file = a_file(a_project(a_client()), jana)
    first, browser = newest(file), sign_in(jana)
    a_version(file, jana)
    before = set(storage().keys())
    codes = [browser.post(f"/versions/{first.public_id}/restoration").status_code for _ in "12"]
    assert codes == [303, 409]
    assert len(set(storage().keys()) - before) == 1


@pytest.mark.only("sqlite")
def test_clients_restore_their_own_files_only(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project, murat = a_project(client), a_contributor(client)
    shared, given = a_file(project, jana, shared=True), a_file(project, murat, "Logo.png")
    firsts, browser = [newest(shared), newest(given)], sign_in(murat)
    a_version(shared, jana)
    a_version(given, murat)
    before = set(storage().keys())
    codes = [browser.post(f"/versions/{v.public_id}/restoration").status_code for v in firsts]
    assert codes == [403, 303]
    assert len(set(storage().keys()) - before) == 1
    assert every(select(File.number).order_by(File.id)) == [2, 3]


@pytest.mark.only("sqlite")
def test_an_older_version_is_opened_and_offers_to_be_restored(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    file = a_file(project, jana, "Texte.txt", "Öffnungszeiten alt".encode(), shared=True)
    first = newest(file)
    a_version(file, jana, b"neu", name="Texte.txt")
    restoration = f"/versions/{first.public_id}/restoration"
    address, browser = f"/files/{file.public_id}", sign_in(jana)
    assert f"{address}?version=1" in browser.get(address).text
    older = browser.get(f"{address}?version=1").text
    assert "Öffnungszeiten alt" in older
    assert "This is version 1 of 2, not the newest." in older
    assert restoration in older
    assert restoration not in sign_in(a_contributor(client)).get(f"{address}?version=1").text
    for wrong in ("3", "0", "x", "", "9" * 30):
        assert browser.get(f"{address}?version={wrong}").status_code == 404
    assert len(every(select(Version))) == 2
