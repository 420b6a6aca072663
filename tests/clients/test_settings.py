"""HTTP of the owner's settings: the agency, the test mail, the features."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask

import app as foyer
from app.blueprints import slices
from app.core.agency import Agency
from app.core.features import Feature
from app.core.models import one
from app.extensions import db, limiter
from tests import conftest
from tests.builders import a_client, a_manager, a_member, an_approver, an_owner
from tests.clients.builders import last_mail, posted, verbs

pytestmark = pytest.mark.only("sqlite")

AGENCY = {
    "name": "Studio Südlicht",
    "language": "en",
    "time_zone": "Europe/Vienna",
    "before": "#12806f",
    "colour": "#12806f",
    "written": "#0b2a6b",
    "city": "Kiel",
    "phone": "+49 431 1",
    "email": "hallo@nordlicht.de",
    "imprint": "Studio Nordlicht GmbH",
    "imprint_url": "https://nordlicht.de/impressum",
    "privacy_url": "",
}
PAGES = ("/settings", "/settings/features", "/settings/team")


@pytest.mark.parametrize("page", PAGES)
def test_only_owners_get_to_the_settings(page: str, sign_in: Any, agency: Any) -> None:
    assert sign_in(an_owner()).get(page).status_code == 200
    for person in (a_manager(), a_member(), an_approver(a_client(), main=True)):
        assert sign_in(person).get(page).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/settings", "/settings/test-mail", "/settings/features/hours", "/settings/team/invitations"],
)
def test_only_owners_change_them(path: str, sign_in: Any, agency: Any) -> None:
    assert sign_in(a_manager()).post(path, data=AGENCY).status_code == 403
    assert verbs() == []


def test_the_owner_finds_them_in_the_account_menu(sign_in: Any, agency: Any) -> None:
    assert 'href="/settings"' in sign_in(an_owner()).get("/account").text
    assert 'href="/settings"' not in sign_in(a_manager()).get("/account").text


def test_the_agency_is_changed(sign_in: Any, agency: Any) -> None:
    page = posted(sign_in(an_owner()), "/settings", data=AGENCY)
    assert "Saved." in page.text and "Studio Südlicht" in page.text
    now = one(db.select(Agency).execution_options(populate_existing=True))
    assert (now.name, now.time_zone, now.colour) == ("Studio Südlicht", "Europe/Vienna", "#0b2a6b")
    assert (now.city, now.imprint_url) == ("Kiel", "https://nordlicht.de/impressum")
    assert verbs() == ["agency.changed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"language": "fr"},
        {"time_zone": "Mars/Olympus"},
        {"written": "blue"},
        {"email": "hallo"},
        {"imprint_url": "javascript:alert(1)"},
        {"imprint_url": "nordlicht.de"},
        {"privacy_url": "https://[::1"},
        {"imprint": "x" * 2001},
        {"phone": "1" * 41},
    ],
)
def test_a_wrong_answer_changes_nothing(wrong: dict[str, str], sign_in: Any, agency: Any) -> None:
    page = sign_in(an_owner()).post("/settings", data={**AGENCY, **wrong})
    assert page.status_code == 422 and "That did not work yet" in page.text
    assert verbs() == []


def test_the_owner_sends_a_test_mail_to_themselves(sign_in: Any, agency: Any) -> None:
    owner = an_owner(email="ole@nordlicht.de")
    answer = posted(sign_in(owner), "/settings/test-mail")
    assert "Send a test mail to ole@nordlicht.de" in answer.text
    assert (last_mail().to_email, last_mail().subject) == (
        "ole@nordlicht.de",
        "This mail has arrived",
    )
    db.session.expire_all()
    assert agency.mail_tested_at is not None


def test_without_a_mail_server_the_page_says_so(sign_in: Any, agency: Any) -> None:
    assert "No mail server is set." in sign_in(an_owner()).get("/settings/mail").text


def test_what_is_not_optional_can_not_be_switched(sign_in: Any, agency: Any) -> None:
    browser = sign_in(an_owner())
    for name in ("clients", "accounts", "nothing", "%00"):
        assert browser.post(f"/settings/features/{name}", data={"on": "y"}).status_code == 404


def with_wishes() -> list[Feature]:
    """All slices, and an optional one that is off at first."""
    bp = Blueprint("wishes", __name__)
    bp.add_url_rule("/wishes", "index", lambda: "All wishes")
    wishes = Feature(
        name="wishes", label="Wishes", about="What would be nice", blueprint=bp, optional=True,
        starts_on=False, section=True,
    )  # fmt: skip
    return [*slices(), wishes]


@pytest.fixture
def two_apps(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Flask, Flask]]:
    """Two processes of one installation, as far as they share a database and nothing else."""
    monkeypatch.setattr(foyer, "slices", with_wishes)
    settings = dataclasses.replace(
        app.extensions["settings"], database_url=app.config["SQLALCHEMY_DATABASE_URI"]
    )
    apps = (foyer.create_app(settings), foyer.create_app(settings))
    for each in apps:
        each.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    limiter.enabled = False
    yield apps
    for each in apps:
        with each.app_context():
            db.engine.dispose()


@pytest.mark.only("sqlite", "postgresql")
def test_a_feature_is_switched_at_once_in_every_process(
    two_apps: tuple[Flask, Flask], sign_in: Any, agency: Any, client: Any
) -> None:
    here, there = two_apps
    owner = conftest.a_browser(here)
    owner._cookies = sign_in(an_owner())._cookies
    other = conftest.a_browser(there)
    assert "What would be nice" in owner.get("/settings/features").text
    assert other.get("/wishes").status_code == 404
    page = posted(owner, "/settings/features/wishes", data={"on": "y"})
    assert "Wishes is on." in page.text
    assert (other.get("/wishes").text, owner.get("/wishes").text) == ("All wishes", "All wishes")
    owner.post("/settings/features/wishes", data={"anything": "else"})
    assert other.get("/wishes").status_code == 404
    assert verbs() == ["feature.switched", "feature.switched"]


def test_a_section_that_is_off_is_no_switch_of_the_client(
    two_apps: tuple[Flask, Flask], sign_in: Any, agency: Any
) -> None:
    owner = conftest.a_browser(two_apps[0])
    owner._cookies = sign_in(an_owner())._cookies
    path = f"/clients/{a_client().public_id}"
    assert "Wishes" not in owner.get(path).text
    owner.post("/settings/features/wishes", data={"on": "y"})
    assert "Wishes" in owner.get(path).text
