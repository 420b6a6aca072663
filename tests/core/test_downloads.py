"""Downloads: what browsers may ask for, what they get, and that nothing runs in them."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header
from werkzeug.test import EnvironBuilder

from app import extensions
from app.core import downloads, storage
from app.core.downloads import Slice, content_disposition, send, shows
from app.core.errors import DomainError
from app.core.storage import new_key
from app.core.storage.bucket import Bucket
from app.core.storage.place import Place
from app.settings import Settings

CONTENT = bytes(range(256)) * 10_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "Übersicht (final) – Kopie.pdf"
YESTERDAY = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
Make = Callable[..., FlaskClient]


class Reader(FlaskClient):
    """A browser that reads each answer to its end, and so closes it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **{"buffered": True, **kwargs})


def a_portal(settings: Settings, **sent: Any) -> tuple[Flask, str]:
    """An application with one stored file, downloaded from /file."""
    app = Flask(__name__)
    app.extensions["settings"] = settings
    app.test_client_class = Reader
    storage.init_app(app)
    key = new_key()
    defaults: dict[str, Any] = {
        "filename": NAME,
        "content_type": "application/pdf",
        "size": len(CONTENT),
        "etag": SHA256,
        "modified": YESTERDAY,
    }

    @app.get("/file")
    def file() -> Response:
        return send(key, **{**defaults, **sent})

    @app.errorhandler(DomainError)
    def refuse(error: DomainError) -> tuple[str, int]:
        return type(error).__name__, error.status

    with app.app_context():
        storage.storage().put(key, io.BytesIO(CONTENT))
    return app, key


@pytest.fixture
def folder(tmp_path: Path) -> Make:
    """Makes a portal that keeps files in a folder."""

    def make(accel_prefix: str = "", **sent: Any) -> FlaskClient:
        return a_portal(Settings(instance=tmp_path, accel_prefix=accel_prefix), **sent)[
            0
        ].test_client()

    return make


@pytest.fixture(params=["folder", "bucket"])
def browser(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes a portal that streams files out of either home."""

    def make(**sent: Any) -> FlaskClient:
        settings = Settings(instance=tmp_path)
        if request.param == "bucket":
            settings = replace(settings, **request.getfixturevalue("s3"))
        return a_portal(settings, **sent)[0].test_client()

    return make


@pytest.fixture
def public_bucket(s3: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a portal whose bucket browsers can reach."""
    monkeypatch.setattr(Place, "is_public", True)

    def make(**sent: Any) -> FlaskClient:
        app, _ = a_portal(replace(Settings(), **s3), **sent)
        assert isinstance(app.extensions["storage"], Bucket)
        return app.test_client()

    yield make


def test_the_whole_file_comes_with_its_name_and_hash(browser: Make) -> None:
    answer = browser().get("/file")
    assert answer.status_code == 200
    assert answer.data == CONTENT
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["ETag"] == f'"{SHA256}"'
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Last-Modified"] == "Mon, 21 Sep 2026 12:00:00 GMT"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=1000-1999", 1000, 2000),
        ("bytes=2559990-", 2_559_990, 2_560_000),
        ("bytes=-5", 2_559_995, 2_560_000),
        ("bytes=2559999-9999999", 2_559_999, 2_560_000),
    ],
)
def test_a_range_comes_alone(browser: Make, asked: str, start: int, stop: int) -> None:
    answer = browser().get("/file", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.data == CONTENT[start:stop]
    assert answer.headers["Content-Length"] == str(stop - start)
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"


@pytest.mark.parametrize("asked", ["bytes=2560000-", "bytes=9999999-99999999"])
def test_a_range_beyond_the_end_is_refused(browser: Make, asked: str) -> None:
    answer = browser().get("/file", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-9", "lines=1-2", "bytes=", "bytes=x-y", "nonsense"])
def test_what_is_no_single_range_is_answered_with_all(folder: Make, asked: str) -> None:
    answer = folder().get("/file", headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.data == CONTENT


def test_a_download_goes_on_only_with_the_same_version(folder: Make) -> None:
    headers = {"Range": "bytes=10-19", "If-Range": f'"{SHA256}"'}
    assert folder().get("/file", headers=headers).data == CONTENT[10:20]
    headers["If-Range"] = '"another"'
    assert folder().get("/file", headers=headers).data == CONTENT


@pytest.mark.parametrize("tags", [f'"{SHA256}"', f'"x", "{SHA256}"', f'W/"{SHA256}"', "*"])
def test_what_the_browser_has_is_not_sent_again(browser: Make, tags: str) -> None:
    answer = browser().get("/file", headers={"If-None-Match": tags})
    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == f'"{SHA256}"'


def test_another_version_is_sent(folder: Make) -> None:
    assert folder().get("/file", headers={"If-None-Match": '"x"'}).status_code == 200
    refused = folder().get("/file", headers={"If-Match": '"x"'})
    assert (refused.status_code, refused.data) == (412, b"")


def test_head_says_all_and_sends_nothing(browser: Make) -> None:
    answer = browser().head("/file")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["ETag"] == f'"{SHA256}"'


def test_an_empty_file_is_a_file(folder: Make) -> None:
    answer = folder(size=0).get("/file", headers={"Range": "bytes=0-"})
    assert (answer.status_code, answer.data) == (200, b"")


def test_a_right_that_was_taken_counts_at_once(browser: Make) -> None:
    cache = browser().get("/file").headers["Cache-Control"]
    assert "private" in cache
    assert "no-cache" in cache


@pytest.mark.parametrize("content_type", sorted(downloads.SHOWN))
def test_what_can_not_run_is_shown_in_a_sandbox(folder: Make, content_type: str) -> None:
    answer = folder(content_type=content_type, as_attachment=False).get("/file")
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if content_type.startswith("text/"):
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "image/svg+xml",
        "application/xml",
        "application/xhtml+xml",
        "text/xml",
        "text/javascript",
        "application/javascript",
        "text/css",
        "text/html; charset=utf-7",
        "TEXT/HTML",
        "",
        "nonsense\r\nX-Evil: 1",
    ],
)
def test_what_can_run_is_only_bytes(folder: Make, content_type: str) -> None:
    answer = folder(content_type=content_type, as_attachment=False).get("/file")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert not shows(content_type)


def test_harmless_attachments_keep_their_type(folder: Make) -> None:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    for content_type in (word, "application/zip", "image/heic", "font/woff2"):
        answer = folder(content_type=content_type, as_attachment=False).get("/file")
        assert answer.headers["Content-Type"] == content_type
        assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("name", "fallback"),
    [
        (NAME, "Uebersicht (final) - Kopie.pdf"),
        ("Plan.pdf", "Plan.pdf"),
        ("日本語 🎉.pdf", "file.pdf"),
        ('a"; filename="x.exe', "a-_ filename=-x.exe"),
        ("a\r\nX-Evil: 1.pdf", "a X-Evil- 1.pdf"),
        ("100%.pdf", "100_.pdf"),
    ],
)
def test_the_name_is_right_in_old_and_new_browsers(name: str, fallback: str) -> None:
    header = content_disposition("attachment", name)
    assert header.isascii()
    assert f'filename="{fallback}"' in header
    assert parse_options_header(header)[1]["filename"] == downloads.safe_name(name)


def test_text_is_not_compressed_under_way(tmp_path: Path) -> None:
    portal = a_portal(Settings(instance=tmp_path), content_type="text/plain", as_attachment=False)
    app = portal[0]
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", RATELIMIT_STORAGE_URI="memory://")
    extensions.init_app(app)
    answer = app.test_client().get("/file", headers={"Accept-Encoding": "gzip, br"})
    assert answer.data == CONTENT
    assert answer.headers["ETag"] == f'"{SHA256}"'


def test_nginx_sends_the_file_if_it_may(folder: Make) -> None:
    answer = folder(accel_prefix="/_files/").get("/file", headers={"Range": "bytes=0-9"})
    path = answer.headers["X-Accel-Redirect"]
    assert path.startswith("/_files/")
    assert "//" not in path
    assert (answer.status_code, answer.data) == (200, b"")
    assert "Content-Range" not in answer.headers
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_public_bucket_sends_the_file_itself(public_bucket: Make) -> None:
    answer = public_bucket().get("/file")
    assert answer.status_code == 302
    assert "X-Amz-Signature=" in answer.headers["Location"]
    assert "response-content-disposition=attachment" in answer.headers["Location"]
    assert "X-Amz-Expires=60" in answer.headers["Location"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_pages_show_comes_from_our_own_address(public_bucket: Make) -> None:
    assert public_bucket(as_attachment=False).get("/file").data == CONTENT
    assert public_bucket().head("/file").headers["Content-Length"] == str(len(CONTENT))


@pytest.mark.parametrize("home", ["folder", "bucket"])
def test_lost_bytes_are_said_before_the_answer_begins(
    home: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings = Settings(instance=tmp_path)
    if home == "bucket":
        settings = replace(settings, **request.getfixturevalue("s3"))
    app, key = a_portal(settings)
    with app.app_context():
        storage.storage().delete(key)
    assert app.test_client().get("/file").status_code == 503


def test_servers_can_hand_a_slice_to_the_kernel(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    part = Slice(path.open("rb"), 1000, 50)
    assert os.lseek(part.fileno(), 0, os.SEEK_CUR) == 1000
    assert part.read(20) + part.read() + part.read(5) == CONTENT[1000:1050]
    part.close()
    assert part.file.closed


def test_servers_get_the_file_itself(tmp_path: Path) -> None:
    class Wrapper:
        def __init__(self, file: Slice, block_size: int) -> None:
            self.file = file

    app, _ = a_portal(Settings(instance=tmp_path))
    environ = EnvironBuilder("/file", headers={"Range": "bytes=7-9"}).get_environ()
    environ["wsgi.file_wrapper"] = Wrapper
    answer = app.wsgi_app(environ, lambda *_: lambda _: None)
    assert isinstance(answer, Wrapper)
    assert answer.file.read() == CONTENT[7:10]
    answer.file.close()


def test_without_a_date_none_is_sent(folder: Make) -> None:
    assert "Last-Modified" not in folder(modified=None).get("/file").headers


def test_files_are_closed_after_the_answer(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    close = Slice.close
    monkeypatch.setattr(Slice, "close", lambda part: (closed.append(1), close(part)))
    answer = folder().get("/file")
    assert len(answer.data) == len(CONTENT)
    answer.close()
    assert closed
