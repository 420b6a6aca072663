"""Room for the files of clients: counted, told of in time, refused before a byte is sent."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select, update

from app.blueprints.clients.models import Client
from app.blueprints.files.models import File
from app.blueprints.files.room import NoRoom, reserve, room_of
from app.blueprints.files.transfers import Transfer
from app.blueprints.files.uploads import duplicated
from app.blueprints.notifications.announcements import hearers
from app.core.agency import Agency
from app.core.events import Event
from app.core.models import every
from app.core.storage import storage
from app.extensions import db
from tests.builders import a_client, a_contributor, a_manager, a_project, an_owner
from tests.files.builders import a_file, a_version, form_with, how_many, newest
from tests.files.test_tus import begin, beginning

SignIn = Callable[[Any], Any]


def test_all_versions_count_and_what_is_restored_counts_once(agency: Any) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client)
    file = a_file(project, jana, "a.txt", b"x" * 100)
    first = newest(file)
    a_version(file, jana, b"y" * 50)
    with duplicated(first) as upload:
        file.restore(first, upload, jana)
        db.session.commit()
    a_file(a_project(client), jana, "b.txt", b"z" * 7)
    a_file(a_project(a_client("Holm")), jana, "c.txt", b"z" * 1000)
    assert room_of(client).used == 157
    Transfer.begin(project, jana, "d.txt", 30)
    assert room_of(client).used == 187


def test_a_clients_own_limit_comes_before_that_of_all(agency: Agency) -> None:
    client, other, jana = a_client(), a_client("Holm"), a_manager()
    project = a_project(client)
    reserve(project, 10**15, jana)
    agency.client_quota, client.quota = 1000, 2000
    assert [room_of(each).limit for each in (client, other)] == [2000, 1000]
    reserve(project, 2000, jana)
    with pytest.raises(NoRoom):
        reserve(project, 2001, jana)


@pytest.mark.only("sqlite")
def test_what_does_not_fit_is_refused_before_it_is_sent(sign_in: SignIn) -> None:
    client = a_client(quota=1000)
    project, murat, jana = a_project(client), a_contributor(client), a_manager()
    file, before = a_file(project, murat, "a.txt", b"x" * 600), set(storage().keys())
    browser = sign_in(murat)
    refused = beginning(browser, project, 401, filename="b.txt")
    assert refused.status_code == 413
    assert "That is not your fault: please tell us" in refused.text
    assert begin(browser, project, 300, filename="b.txt")  # Its room is taken from now on.
    assert beginning(browser, project, 101, filename="c.txt").status_code == 413
    length = {"CONTENT_LENGTH": "200"}
    for address in (f"/projects/{project.public_id}/files", f"/files/{file.public_id}/versions"):
        early = browser.post(address, environ_overrides=length, **form_with(("c.txt", b"y" * 50)))
        assert early.status_code == 413
    staff = beginning(sign_in(jana), project, 401, filename="b.txt")
    assert "This client's storage is full." in unescape(staff.text)
    assert (how_many(File), set(storage().keys())) == (1, before)


@pytest.mark.only("sqlite")
def test_the_agency_is_told_once_it_becomes_scarce(sign_in: SignIn) -> None:
    client, owner = a_client(quota=10_000), an_owner()
    project, murat, jana = a_project(client), a_contributor(client), a_manager()
    browser, staff = sign_in(murat), sign_in(jana)
    for size in (7_900, 200, 200):
        begin(browser, project, size, filename="a.txt")
    lines = every(select(Event).where(Event.verb == "storage.scarce"))
    assert [(each.facts["name"], each.internal) for each in lines] == [(client.name, True)]
    assert hearers(lines[0]) == [owner]
    files = f"/projects/{project.public_id}/files"
    assert "almost used up" in staff.get(files).text
    assert "almost used up" in staff.get(f"/clients/{client.public_id}").text
    assert "almost used up" not in browser.get(files).text


@pytest.mark.only("sqlite")
def test_the_owner_sets_limits_as_people_write_numbers(sign_in: SignIn) -> None:
    client = a_client()
    browser = sign_in(an_owner(language="de"))
    a_file(a_project(client), an_owner("Ada"), "a.txt", b"x" * 123_000)
    address = "/settings/storage"
    assert browser.post(address, data={"quota": "2,5", "refused": ".EXE, bat"}).status_code == 303
    agency = every(select(Agency))[0]
    assert (agency.client_quota, agency.refused_types) == (2_500_000_000, "bat exe")
    page = browser.get(address).text
    assert 'value="2,5"' in page
    assert "123\u00a0KB von 2,5\u00a0GB" in page
    own = f"/clients/{client.public_id}/quota"
    for wrong in ("viel", "-1", "0", "nan", "1e9", "9" * 40):
        answer = browser.post(own, data={"quota": wrong})
        assert (answer.status_code, "2,5" in answer.text) == (422, True), wrong
    assert browser.post(own, data={"quota": "1.000"}).status_code == 303
    assert every(select(Client.quota)) == [1_000_000_000_000]
    assert browser.post(own, data={"quota": ""}).status_code == 303
    assert every(select(Client.quota)) == [None]


@pytest.mark.only("sqlite")
def test_kinds_that_are_not_wanted_are_refused_by_name_and_by_their_bytes(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    db.session.execute(update(Agency).values(refused_types="exe pdf"))
    browser, files = sign_in(jana), f"/projects/{project.public_id}/files"
    by_name = beginning(browser, project, 3, filename="Setup.EXE")
    assert (by_name.status_code, "“Setup.EXE” is of a kind" in by_name.text) == (422, True)
    assert browser.post(files, **form_with(("Setup.exe", b"MZ"))).status_code == 422
    before = set(storage().keys())
    disguised = form_with(("Bericht.txt", b"%PDF-1.7 ..."))
    assert browser.post(files, **disguised).status_code == 422
    headers = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    address = begin(browser, project, 8, filename="Bericht.txt")
    last = browser.patch(address, headers={**headers, "Upload-Offset": "0"}, data=b"%PDF-1.7")
    assert (last.status_code, "is of a kind" in last.text) == (422, True)
    assert (how_many(File), how_many(Transfer), set(storage().keys())) == (0, 0, before)
