"""Headers, hosts, and errors as pages: what every answer has, and what people see when something is wrong."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from app import create_app
from app.core.errors import Conflict, TooMany
from app.extensions import db
from app.settings import Settings
from tests.builders import a_client, a_project, an_owner
from tests.conftest import a_browser, make_app

pytestmark = pytest.mark.only("sqlite")

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize("path", ["/sign-in", "/nothing/here", "/"])
def test_every_answer_has_the_headers_that_protect(client: Any, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy and "data:" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-cache"


def test_https_is_kept_to_once_it_was_used(client: Any) -> None:
    answer = client.get("/sign-in", base_url="https://localhost")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers


def test_cookies_of_an_https_portal_are_bound_to_it(tmp_path: Path) -> None:
    config = create_app(Settings(url="https://portal.example.com", instance=tmp_path)).config
    assert config["SESSION_COOKIE_NAME"] == "__Host-foyer"
    assert config["SESSION_COOKIE_SECURE"] and config["SESSION_COOKIE_HTTPONLY"]
    assert config["SESSION_COOKIE_SAMESITE"] == "Lax"


@pytest.mark.parametrize("host", ["evil.example.com", "localhost.evil.example.com", "10.0.0.1"])
def test_an_unknown_host_is_refused_without_a_page_of_ours(client: Any, host: str) -> None:
    answer = client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.content_type.startswith("text/plain")
    assert "Studio Nordlicht" not in answer.text


def test_forwarded_headers_count_only_behind_as_many_proxies_as_set(
    client: Any, tmp_path: Path
) -> None:
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example.com"}
    answer = client.get("/sign-in", headers=forged)
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers
    behind = create_app(Settings(instance=tmp_path, proxies=2)).wsgi_app
    assert isinstance(behind, ProxyFix)
    assert (behind.x_for, behind.x_proto, behind.x_host) == (2, 2, 2)


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_error_page_is_in_the_readers_language(client: Any, language: str) -> None:
    answer = client.get("/nothing/here", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert f'<html lang="{language}"' in answer.text
    if language == "en":
        assert "This page does not exist, or it is not meant for you." in answer.text


def test_an_error_for_htmx_is_a_part_of_a_page(client: Any) -> None:
    answer = client.get("/nothing/here", headers={**FRAGMENT, "Accept-Language": "en"})
    assert answer.status_code == 404
    assert "This page does not exist, or it is not meant for you." in answer.text
    assert "<html" not in answer.text


def test_a_form_without_its_token_is_refused_with_advice(
    app: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    english = {"Accept-Language": "en"}
    answer = client.post("/sign-in", data={"email": "a@kunde.de"}, headers=english)
    assert answer.status_code == 400
    assert "Please try once more." in answer.text


def test_a_method_that_does_not_fit_is_refused_and_says_which_do(client: Any) -> None:
    answer = client.put("/sign-in", headers={"Accept-Language": "en"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "can&#39;t be used in that way" in answer.text


def test_a_form_that_is_too_big_is_refused(client: Any, sign_in: Any) -> None:
    """A form is read into memory as a whole; an upload's limit for it would be the end of the portal."""
    answer = client.post("/sign-in", data={"email": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "<html" in answer.text
    path = f"/projects/{a_project(a_client()).public_id}/files"
    answer = sign_in(an_owner()).post(path, data={"note": "x" * 1_100_000})
    assert answer.status_code == 413


def test_files_may_be_large_only_where_files_are_taken(client: Any, sign_in: Any) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    large = {
        "data": head + b"x" * 1_100_000 + b"\r\n--x--\r\n",
        "content_type": "multipart/form-data; boundary=x",
    }
    assert client.post("/sign-in", **large).status_code == 413
    path = f"/projects/{a_project(a_client()).public_id}/files"
    assert sign_in(an_owner()).post(path, **large).status_code == 303


def test_of_a_stranger_s_upload_nothing_is_read(
    app: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks for the token reads the form: it would fill the disk, as far as an upload may."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    body = io.BytesIO(b"--x\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\n")
    path = f"/projects/{a_project(a_client()).public_id}/files"
    answer = client.post(
        path,
        input_stream=body,
        content_length=10**9,
        content_type="multipart/form-data; boundary=x",
    )
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert body.tell() == 0


@pytest.mark.parametrize(
    "path", ["/mailbox/%00", "/mailbox/%ff%fe", "/%00", "/mailbox/" + "9" * 5000]
)
def test_an_address_that_cannot_be_is_not_our_fault(sign_in: Any, path: str) -> None:
    assert sign_in(an_owner()).get(path).status_code in {400, 404}


def test_what_a_rule_forbids_is_said_in_its_own_words(
    app: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = when(app, client, monkeypatch, TooMany("Please wait until 14:30."))
    assert answer.status_code == 429
    assert "Please wait until 14:30." in answer.text
    answer = when(app, client, monkeypatch, Conflict())
    assert answer.status_code == 409
    assert "This has changed in the meantime." in answer.text


def test_a_database_that_is_busy_asks_for_patience(
    app: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = OperationalError("SELECT secret", {}, Exception("database is locked"))
    answer = when(app, client, monkeypatch, locked)
    assert answer.status_code == 503
    assert "Nothing is lost" in answer.text
    assert "secret" not in answer.text


def test_a_mistake_of_ours_says_so_and_shows_nothing_inside(
    app: Any, client: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer = when(app, client, monkeypatch, RuntimeError("inner secret"))
    assert answer.status_code == 500
    assert "our mistake" in answer.text
    assert "secret" not in answer.text
    assert "inner secret" in caplog.text


def when(app: Any, client: Any, monkeypatch: pytest.MonkeyPatch, error: Exception) -> Any:
    """What a person sees when the page raises this."""

    def fail() -> None:
        raise error

    monkeypatch.setitem(app.view_functions, "accounts.show_sign_in", fail)
    return client.get("/sign-in", headers={"Accept-Language": "en"})


@pytest.mark.parametrize("wants", [{}, {"HX-Request": "true", "HX-Request-Type": "partial"}])
def test_a_database_that_is_away_is_said_without_asking_it(
    tmp_path: Path, wants: dict[str, str]
) -> None:
    """The page of the error needed the database, too, and broke."""
    app = make_app(tmp_path, "")  # Without tables, every look into the database fails.
    answer = a_browser(app).get("/sign-in", headers={**wants, "Accept-Language": "de"})
    assert answer.status_code == 503
    assert "Es ist nichts verloren" in answer.text
    with app.app_context():
        db.engine.dispose()
