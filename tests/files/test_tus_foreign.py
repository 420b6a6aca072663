"""A client that somebody else wrote uploads to a running portal, through kills and restarts."""

from __future__ import annotations

import hashlib
import http.cookiejar
import io
import os
import re
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from app.blueprints.files.transfers import Transfer
from app.blueprints.files.versions import Version
from app.core.storage import storage
from app.extensions import db
from tests.browser.portal import Portal
from tests.builders import a_client, a_manager, a_project, an_agency
from tests.conftest import empty_database

MB = 1024 * 1024


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = Portal(tmp_path / "portal", like=empty_database().parent)
    portal.start("web")
    yield portal
    portal.stop()


@pytest.fixture
def client(portal: Portal) -> TusClient:
    """The foreign client, signed in as a person of the agency, at a project."""
    with portal.app().app_context():
        an_agency()
        email = a_manager().email
        project = a_project(a_client()).public_id
        db.session.commit()
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(jar := http.cookiejar.CookieJar())
    )
    address = portal.sign_in_link(email)
    browser.open(address, data=f"csrf_token={token_on(browser.open(address))}".encode()).close()
    token = token_on(browser.open(f"{portal.url}/projects/{project}/files"))
    cookies = "; ".join(f"{each.name}={each.value}" for each in jar)
    headers = {"Cookie": cookies, "X-CSRFToken": token}
    return TusClient(f"{portal.url}/projects/{project}/uploads", headers=headers)


def test_a_foreign_client_uploads_with_checksums(
    portal: Portal, client: TusClient, tmp_path: Path
) -> None:
    film = a_film(tmp_path, 5 * MB)
    client.uploader(
        file_stream=stream(film),
        chunk_size=2 * MB,
        upload_checksum=True,
        metadata={"filename": "Ö.mp4"},
    ).upload()
    assert versions(portal) == [("Ö.mp4", sha(film.read_bytes()))]


def test_a_foreign_client_goes_on_after_the_portal_was_killed(
    portal: Portal, client: TusClient, tmp_path: Path
) -> None:
    film = a_film(tmp_path, 24 * MB)
    uploader = client.uploader(
        file_stream=stream(film), chunk_size=4 * MB, metadata={"filename": "Film.mp4"}
    )
    uploader.upload(stop_at=8 * MB)
    portal.kill("web")
    with pytest.raises((TusUploadFailed, TusCommunicationError)):
        uploader.upload_chunk()
    portal.start("web")
    again = client.uploader(file_stream=stream(film), chunk_size=4 * MB, url=uploader.url)
    assert again.offset == 8 * MB
    again.upload()
    assert versions(portal) == [("Film.mp4", sha(film.read_bytes()))]


def test_killed_in_the_middle_of_a_piece_the_offset_is_what_is_on_disk(
    portal: Portal, client: TusClient, tmp_path: Path
) -> None:
    film = a_film(tmp_path, 40 * MB)
    uploader = client.uploader(
        file_stream=stream(film), chunk_size=4 * MB, metadata={"filename": "Film.mp4"}
    )
    uploader.set_url(uploader.create_url())
    connection = begin_piece(portal, uploader, film, 30 * MB)
    wait_until(lambda: drafts(portal)[0] > 20 * MB)
    portal.kill("web")
    connection.close()
    portal.start("web")
    offset = client.uploader(file_stream=stream(film), url=uploader.url).offset
    assert 8 * MB <= offset <= drafts(portal)[0]
    client.uploader(file_stream=stream(film), chunk_size=8 * MB, url=uploader.url).upload()
    assert versions(portal) == [("Film.mp4", sha(film.read_bytes()))]


def test_a_connection_that_breaks_loses_nothing_that_came(
    portal: Portal, client: TusClient, tmp_path: Path
) -> None:
    film = a_film(tmp_path, 3 * MB)
    uploader = client.uploader(file_stream=stream(film), metadata={"filename": "Film.mp4"})
    uploader.set_url(uploader.create_url())
    begin_piece(portal, uploader, film, 1_000_003).close()
    wait_until(
        lambda: client.uploader(file_stream=stream(film), url=uploader.url).offset == 1_000_003
    )
    client.uploader(file_stream=stream(film), url=uploader.url).upload()
    assert versions(portal) == [("Film.mp4", sha(film.read_bytes()))]


def test_a_long_upload_takes_little_memory(
    portal: Portal, client: TusClient, tmp_path: Path
) -> None:
    film = a_film(tmp_path, 300 * MB)
    client.uploader(
        file_stream=stream(a_film(tmp_path, MB, "klein.mp4")), metadata={"filename": "a"}
    ).upload()
    before = memory_of(portal)
    client.uploader(
        file_stream=stream(film), chunk_size=32 * MB, metadata={"filename": "Film.mp4"}
    ).upload()
    assert memory_of(portal) - before < 50 * MB
    assert versions(portal)[-1][1] == sha(film.read_bytes())


def begin_piece(portal: Portal, uploader: Any, film: Path, length: int) -> socket.socket:
    """Send a part of the film as the beginning of all of it, and leave the connection as it is."""
    lines = [
        f"PATCH {uploader.url.removeprefix(portal.url)} HTTP/1.1",
        f"Host: localhost:{portal.port}",
    ]
    headers = {
        **uploader.get_headers(),
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    headers["Content-Length"] = str(film.stat().st_size)
    lines += [f"{name}: {value}" for name, value in headers.items()]
    connection = socket.create_connection(("127.0.0.1", portal.port))
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + film.read_bytes()[:length])
    return connection


def wait_until(condition: Any) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def versions(portal: Portal) -> list[tuple[str, str]]:
    """Names of what is there, and hashes of what is stored: no more, no less."""
    with portal.app().app_context():
        rows = list(db.session.scalars(select(Version).order_by(Version.id)))
        assert sorted(storage().keys()) == sorted(row.key for row in rows)
        found = [(row.name, sha(b"".join(storage().read(row.key)))) for row in rows]
        assert [row.sha256 for row in rows] == [each for _name, each in found]
        return found


def drafts(portal: Portal) -> list[int]:
    with portal.app().app_context():
        return [each.draft.size for each in db.session.scalars(select(Transfer))]


def memory_of(portal: Portal) -> int:
    """The largest memory that a web process has had, in bytes."""
    group = portal.processes["web"].pid
    peaks = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                status = (folder / "status").read_text()
                peaks.append(int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024)
        except (ProcessLookupError, FileNotFoundError):
            continue
    return max(peaks)


def token_on(page: Any) -> str:
    with page:
        return re.search(r'name="csrf-token" content="([^"]+)"', page.read().decode())[1]


def stream(film: Path) -> io.BytesIO:
    """The film as the foreign client wants it; it would leave a file open."""
    return io.BytesIO(film.read_bytes())


def a_film(folder: Path, size: int, name: str = "Film.mp4") -> Path:
    path = folder / name
    path.write_bytes(os.urandom(MB) * (size // MB))
    return path


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
