"""A web server in front, as we tell people to set it up: what comes through, and what must not change on the way."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from app.blueprints.files.versions import Version
from app.core.events import Event
from app.core.models import every
from app.extensions import db
from tests.browser.portal import Portal
from tests.builders import a_client, a_manager, a_project, an_agency
from tests.deploy import fronts
from tests.deploy.visitor import ADDRESS, Answer, Visitor, token_on
from tests.services import free_port

MB = 1_000_000
PIECE = 8 * MB
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
TUS = {"Tus_Resumable": "1.0.0"}
PROTECTION = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Front:
    """A portal with a web server before it, and somebody of the agency who is signed in."""

    def __init__(self, name: str, folder: Path, keeper: ExitStack) -> None:
        self.port, self.name = free_port(), name
        certificate = fronts.certificate(folder)
        settings = {"FOYER_URL": f"https://localhost:{self.port}", "FOYER_PROXIES": "1"}
        if name == "nginx":
            settings["FOYER_ACCEL_PREFIX"] = "/_files/"
        self.portal = Portal(folder / "instance", **settings)
        self.portal.start("web")
        keeper.callback(self.portal.stop)
        serve = getattr(fronts, name)
        files = folder / "instance" / "files"
        keeper.enter_context(serve(folder, self.port, self.portal.port, files))
        with self.portal.app().app_context():
            an_agency()
            email = a_manager().email
            self.project = a_project(a_client()).public_id
            db.session.commit()
        self.visitor = Visitor(self.port, certificate)
        self.visitor.sign_in(self.portal.sign_in_link(email), X_Forwarded_For="6.6.6.6")
        self.token = token_on(self.ask("GET", f"/projects/{self.project}/files"))

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        return self.visitor.ask(method, path, body, **headers)

    def upload(self, name: str, content: bytes) -> str:
        """Send a file in resumable pieces; the way to its newest version."""
        metadata = f"filename {b64(name)}"
        headers = {**TUS, "X_CSRFToken": self.token}
        begun = self.ask(
            "POST",
            f"/projects/{self.project}/uploads",
            **headers,
            Upload_Length=str(len(content)),
            Upload_Metadata=metadata,
        )
        assert begun.status == 201, begun.text
        address = begun.one("Location")
        for start in range(0, len(content), PIECE):
            patched = self.ask(
                "PATCH",
                address,
                content[start : start + PIECE],
                **headers,
                Upload_Offset=str(start),
                Content_Type="application/offset+octet-stream",
            )
            assert patched.status == 204, patched.text
        with self.portal.app().app_context():
            version = every(select(Version).order_by(Version.id.desc()).limit(1))[0]
            assert version.sha256 == hashlib.sha256(content).hexdigest()
            return f"/versions/{version.public_id}/content"


def b64(name: str) -> str:
    return base64.b64encode(name.encode()).decode()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def front(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    with ExitStack() as keeper:
        yield Front(request.param, tmp_path_factory.mktemp("front"), keeper)


def test_pages_come_packed_and_with_each_header_once(front: Front) -> None:
    page = front.ask("GET", f"/projects/{front.project}/files", Accept_Encoding="gzip")
    assert (page.status, page.one("Content-Encoding")) == (200, "gzip")
    assert "</html>" in page.text
    for name, value in PROTECTION.items():
        assert page.one(name) == value
    assert "default-src 'none'" in page.one("Content-Security-Policy")


def test_the_log_has_the_address_that_the_visitor_really_has(front: Front) -> None:
    with front.portal.app().app_context():
        [event] = every(select(Event).where(Event.verb == "session.began"))
        assert event.people and event.people["address"] == ADDRESS


def test_a_large_file_goes_through_and_comes_back_in_parts(front: Front) -> None:
    film = (FILM + os.urandom(20 * MB))[: 20 * MB]
    address = front.upload("Übersicht „Herbst“.mp4", film)
    whole = front.ask("GET", address)
    assert (whole.status, whole.body) == (200, film)
    assert whole.one("Content-Disposition") == (
        "attachment; filename=\"Uebersicht 'Herbst'.mp4\"; "
        "filename*=UTF-8''%C3%9Cbersicht%20%E2%80%9EHerbst%E2%80%9C.mp4"
    )
    # nginx gives files a mark of its own: so it was handed over, and no Python sent it.
    assert (len(whole.one("ETag")) < 40) == (front.name == "nginx")
    part = front.ask("GET", address, Range="bytes=5000000-5000099")
    assert (part.status, part.body) == (206, film[5_000_000:5_000_100])
    assert part.one("Content-Range") == f"bytes 5000000-5000099/{len(film)}"
    rest = front.ask("GET", address, Range="bytes=19999990-", If_Range=whole.one("ETag"))
    assert (rest.status, rest.body) == (206, film[-10:])
    assert front.ask("GET", address, If_None_Match=whole.one("ETag")).status == 304
    assert front.ask("GET", address, Range="bytes=99999999-").status == 416


def test_what_protects_the_reader_comes_with_files_too(front: Front) -> None:
    address = front.upload("Film.mp4", FILM)
    shown = front.ask("GET", address.replace("/content", "/preview"), Accept_Encoding="gzip")
    assert (shown.status, shown.body) == (200, FILM)
    assert shown.one("Content-Type") == "video/mp4"
    assert shown.one("Content-Security-Policy").startswith("sandbox;")
    assert shown.one("Cache-Control") == "private, no-cache, no-transform"
    for name, value in PROTECTION.items():
        assert shown.one(name) == value
    assert len(shown.all("ETag")) == len(shown.all("Content-Length")) == 1


def test_nobody_gets_files_around_the_portal(front: Front) -> None:
    key = next((front.portal.folder / "files").glob("??/??/*"))
    inside = key.relative_to(front.portal.folder / "files").as_posix()
    stranger = Visitor(front.port, front.visitor.certificate)
    assert stranger.ask("GET", f"/_files/{inside}").status == 404
    assert front.ask("GET", f"/_files/{inside}").status == 404


def test_while_the_portal_starts_again_a_page_says_so(front: Front) -> None:
    front.portal.kill("web")
    page = front.ask("GET", "/sign-in")
    assert page.status == 502
    assert "Das Portal ist gleich wieder da." in page.text
    assert page.one("Cache-Control") == "no-store"
    front.portal.start("web")
    assert front.ask("GET", f"/projects/{front.project}/files").status == 200
