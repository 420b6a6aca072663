"""What every answer carries to protect its reader, and what no page contains."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from app import create_app
from app.blueprints.accounts.signin import SignInLink
from app.extensions import db, limiter
from app.settings import Settings
from tests.builders import an_agency, an_owner
from tests.conftest import Browser, a_browser, empty_database
from tests.portal.nonsense import PARTIAL
from tests.portal.people import MAIN, OWNER, STRANGER
from tests.portal.routes import CHANGES, PAGES, Route
from tests.portal.visits import Portal, page_of

HTTPS = "https://portal.example.com"
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
VARIES = {"hx-request", "hx-request-type"}
SHOWN = {
    "files.preview": {"sandbox", "default-src 'none'", "frame-ancestors 'none'"},
    "accounts.show_mail_html": {
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    },
}

pytestmark = pytest.mark.only("sqlite")
visitors = pytest.mark.parametrize("person", [STRANGER, MAIN, OWNER])


@pytest.fixture
def demo(portal: Portal) -> Portal:
    """The portal as a demo: anybody may read its mailbox."""
    portal.be_a_demo()
    return portal


@pytest.fixture
def https(tmp_path: Path) -> Iterator[Browser]:
    """A browser of a portal that is reached by https."""
    shutil.copy(empty_database(), tmp_path)
    app = create_app(Settings(url=HTTPS, instance=tmp_path, secret_key="test " * 10))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    limiter.enabled = False
    with app.app_context():
        an_agency()
        yield a_browser(app)
        db.session.remove()
        db.engine.dispose()


@visitors
def test_pages_carry_strict_headers_and_say_to_caches_if_they_have_two_forms(
    demo: Portal, person: str
) -> None:
    """Else the back button may show the part that htmx got as if it were the page."""
    wrong = []
    for route in PAGES:
        for place in (None, demo.nowhere()):
            part = demo.visit(route, person, place, headers=PARTIAL)
            whole = demo.visit(route, person, place)
            wrong += problems(route, whole)
            if part.mimetype == "text/html" and "<html" not in page_of(part):
                bare = [each for each in (part, whole) if not set(each.vary.as_set()) >= VARIES]
                wrong += [f"{route.name} ({each.status}) does not vary" for each in bare]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", [STRANGER, OWNER])
def test_answers_to_forms_carry_them_too(portal: Portal, person: str) -> None:
    wrong = []
    for route in CHANGES:
        bad = dict.fromkeys(route.form(portal.world.ours), "x" * 1_000)
        for more in ({}, {"data": bad, "headers": PARTIAL}):
            response = portal.visit(route, person, **more)
            wrong += problems(route, response)
            if response.status_code < 400:
                portal.put_back()
    assert not wrong, "\n".join(wrong)


def test_cookies_of_an_https_portal_stay_with_it(https: Browser) -> None:
    asked = https.post("/sign-in", data={"email": "wer@kunde.de"}, base_url=HTTPS)
    link = SignInLink.made_for(an_owner()).removeprefix(HTTPS)
    let_in = https.post(link, base_url=HTTPS)
    spoken = https.post("/language", data={"language": "en"}, base_url=HTTPS)
    out = https.post("/sign-out", base_url=HTTPS)
    for answer in (asked, let_in, spoken, out):
        assert answer.status_code == 303
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, *marks = cookie.split("; ")
            assert name.startswith("__Host-foyer=")
            assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(marks)
            assert not [mark for mark in marks if mark.startswith("Domain")]
    assert asked.headers.getlist("Set-Cookie") and let_in.headers.getlist("Set-Cookie")


def test_an_https_portal_is_never_left_for_http(https: Browser) -> None:
    for path in ("/", "/sign-in", "/nothing", "/assets/foyer.css", "/manifest.webmanifest"):
        answer = https.get(path, base_url=HTTPS)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert "http://" not in (answer.location or "")


def problems(route: Route, response: TestResponse) -> list[str]:
    """What is not as strict as it must be."""
    found = [
        f"{name} is {response.headers.get(name)}"
        for name, value in ALWAYS.items()
        if response.headers.get(name) != value
    ]
    is_secret = route.is_secret and response.status_code != 404
    secret = is_secret and route.endpoint != "projects.calendar_feed"
    wanted = {"no-referrer"} if is_secret else {"same-origin", "no-referrer"}
    if response.headers["Referrer-Policy"] not in wanted:
        found.append(f"Referrer-Policy is {response.headers['Referrer-Policy']}")
    if secret and response.headers["Cache-Control"] != "no-store":
        found.append("may be kept in a cache")
    found += wrong_policy(route, response)
    for cookie in response.headers.getlist("Set-Cookie"):
        if not {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")):
            found.append(f"sets the cookie {cookie}")
    if response.mimetype == "text/html":
        found += inline_parts(route, response)
    return [f"{route.name} ({response.status}): {each}" for each in found]


def wrong_policy(route: Route, response: TestResponse) -> list[str]:
    """How the content policy is not strict; files and mails that are shown have one of their own."""
    policy = response.headers["Content-Security-Policy"]
    rules = {each.strip() for each in policy.split(";")}
    wanted = SHOWN.get(route.endpoint, POLICY) if response.status_code == 200 else POLICY
    missing = [f"no {each} in its policy" for each in wanted - rules]
    loose = [
        word for word in ("unsafe", "*", "data:", "http:", "https:", "blob:") if word in policy
    ]
    # The pictures of a mail are in it.
    known = ["data:"] if route.endpoint == "accounts.show_mail_html" else []
    return missing + [f"{word} in its policy" for word in loose if word not in known]


class Inline(HTMLParser):
    """Collects styles and scripts that stand in a page itself, which its policy would not let work."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            runs = (value or "").strip().lower().startswith(("javascript:", "data:", "js:"))
            if runs or name in ("style", "srcdoc") or name.startswith(("on", "hx-on")):
                self.found.append(f"<{tag} {name}>")


def inline_parts(route: Route, response: TestResponse) -> list[str]:
    found = Inline(page_of(response)).found
    # A mail that is shown has its style in it: the policy names its hash.
    known = ["<style>"] if route.endpoint == "accounts.show_mail_html" else []
    return [f"{each} in the page" for each in found if each not in known]
