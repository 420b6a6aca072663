"""How fast a large file goes in and out, as a share of what nginx alone reaches with the same file."""

from __future__ import annotations

import base64
import re
import statistics
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core.models import one
from app.demo import people
from bench.data import PROJECT
from bench.servers import Installation

SIZE = 256 * 1024 * 1024
PIECE = 1024 * 1024
ROUNDS = 5


def measure(installation: Installation) -> tuple[float, float]:
    """The shares of download and upload; medians of rounds in which both take turns."""
    owner = installation.cookie(people.OWNER)
    film = installation.folder / "film.mp4"
    _write(film)
    downloads, uploads = [], []
    with installation.nginx() as url:
        for _round in range(ROUNDS):
            put = _seconds(_send, url, "PUT", "/put/film.mp4", film, {})
            uploads.append(put / _seconds(_upload, installation, url, owner, film))
            version, key = _newest(installation)
            plain = _seconds(_get, url, f"/plain/{key}", {})
            ours = _seconds(_get, url, f"/versions/{version}/content", {"Cookie": owner})
            downloads.append(plain / ours)
    film.unlink()
    return statistics.median(downloads), statistics.median(uploads)


def _upload(installation: Installation, url: str, cookie: str, film: Path) -> None:
    """By tus, as browsers do: begin, send all in one piece, be done once the file is there."""
    with installation.app.app_context():
        project = one(select(Project).where(Project.name == PROJECT))
        assert project is not None
        place = f"/projects/{project.public_id}"
    _status, page, said = _ask(url, "GET", f"{place}/files", None, {"Cookie": cookie})
    # The session, with the token in it, comes back with the page.
    cookie = (said["Set-Cookie"] or cookie).partition(";")[0]
    found = re.search(r'name="csrf-token" content="([^"]+)"', page.decode())
    assert found, "the page holds no token"
    name = base64.b64encode(f"{time.time_ns()}.mp4".encode()).decode()
    common = {"Cookie": cookie, "X-CSRFToken": found[1], "Tus-Resumable": "1.0.0"}
    begin = {**common, "Upload-Length": str(SIZE), "Upload-Metadata": f"filename {name}"}
    status, _body, headers = _ask(url, "POST", f"{place}/uploads", b"", begin)
    assert status == 201, f"the upload can't begin: {status}"
    where = urlsplit(headers["Location"]).path
    piece = {**common, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert _send(url, "PATCH", where, film, piece) in (200, 204)


def _newest(installation: Installation) -> tuple[str, str]:
    with installation.app.app_context():
        version = one(select(Version).order_by(Version.id.desc()).limit(1))
        assert version is not None and version.key and version.size == SIZE
        return version.public_id, version.key


def _write(film: Path) -> None:
    with film.open("wb") as file:
        file.write(b"\0\0\0\x18ftypmp42")
        for _each in range(SIZE // PIECE - 1):
            file.write(b"\x5a" * PIECE)
        file.truncate(SIZE)


def _get(url: str, path: str, headers: dict[str, str]) -> None:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=120)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    assert response.status == 200, f"{path} answers {response.status}"
    got, room = 0, bytearray(PIECE)
    while read := response.readinto(room):
        got += read
    assert got == SIZE, f"{path} gives {got} bytes"
    connection.close()


def _send(url: str, method: str, path: str, film: Path, headers: dict[str, str]) -> int:
    with film.open("rb") as file:
        return _ask(url, method, path, file, {**headers, "Content-Length": str(SIZE)})[0]


def _ask(
    url: str, method: str, path: str, body: Any, headers: dict[str, str]
) -> tuple[int, bytes, Any]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=120, blocksize=PIECE)
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    answer = response.status, response.read(), response.headers
    connection.close()
    return answer


def _seconds(act: Callable[..., Any], *arguments: Any) -> float:
    begun = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - begun
