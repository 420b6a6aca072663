"""A client's main contacts: what they do for their colleagues, within their own rights, while the agency lets them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client
from app.core.models import every, one
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_viewer,
    an_approver,
)
from tests.clients.builders import (
    EMAIL,
    at_once,
    person_with,
    place_of,
    posting,
)

pytestmark = pytest.mark.only("sqlite")

PERSON = {"name": "Annette", "email": EMAIL, "language": "en", "role": "approver"}


@pytest.fixture
def bakery(agency: Any) -> Client:
    return a_client()


def invitations_of(client: Client) -> str:
    return f"/clients/{client.public_id}/invitations"


def test_a_main_contact_looks_after_their_colleagues(sign_in: Any, bakery: Client) -> None:
    bakery.note = "Call after two o'clock"
    browser, colleague = sign_in(a_contributor(bakery, main=True)), a_viewer(bakery)
    page = browser.get(f"/clients/{bakery.public_id}")
    assert "Birgit Hansen" in page.text and "Remove from Bäckerei Sonnenschein" in page.text
    for internal in ("Call after", "Appearance", "What the client sees", "last here"):
        assert internal not in page.text
    assert (
        browser.post(invitations_of(bakery), data={**PERSON, "role": "viewer"}).status_code == 303
    )
    assert browser.post(f"/memberships/{place_of(colleague, bakery).public_id}/ending").location
    assert place_of(colleague, bakery) is None
    assert person_with(colleague.email).removed_at is not None


def test_a_main_contact_never_gives_more_than_they_have(sign_in: Any, bakery: Client) -> None:
    browser, approver = sign_in(a_contributor(bakery, main=True)), an_approver(bakery)
    viewer = place_of(a_viewer(bakery), bakery)
    assert browser.post(invitations_of(bakery), data=PERSON).status_code == 422
    place = f"/memberships/{viewer.public_id}"
    assert browser.post(place, data={"role": "approver"}).status_code == 403
    assert browser.post(place, data={"is_main": "True"}).status_code == 403
    above = f"/memberships/{place_of(approver, bakery).public_id}"
    assert browser.post(above, data={"role": "viewer"}).status_code == 403
    assert browser.post(f"{above}/ending").status_code == 403


def test_a_main_contact_who_invites_makes_no_main_contact(
    sign_in: Any, bakery: Client, db: Any
) -> None:
    browser = sign_in(an_approver(bakery, main=True))
    browser.post(invitations_of(bakery), data={**PERSON, "is_main": "y"})
    assert one(db.select(Invitation)).is_main is False


def test_the_last_main_contact_can_not_leave(sign_in: Any, bakery: Client) -> None:
    boss = an_approver(bakery, main=True)
    browser, path = sign_in(boss), f"/memberships/{place_of(boss, bakery).public_id}/ending"
    assert "Remove from" not in browser.get(f"/clients/{bakery.public_id}").text
    assert browser.post(path).status_code == 409
    an_approver(bakery, "Murat Yıldız", main=True)
    assert browser.post(path).location == "/"
    assert browser.get("/account").status_code == 303


@pytest.mark.only("sqlite", "postgresql")
def test_the_agencys_switch_takes_the_page_away_at_once(sign_in: Any, bakery: Client) -> None:
    boss, agency = sign_in(an_approver(bakery, main=True)), sign_in(a_manager())
    address = f"/clients/{bakery.public_id}"
    assert f'href="{address}"' in boss.get("/account").text
    agency.post(f"{address}/sections", data={"sections": ["updates", "files"]})
    assert boss.get(address).status_code == 403
    assert boss.post(invitations_of(bakery), data=PERSON).status_code == 403
    assert f'href="{address}"' not in boss.get("/account").text


@pytest.mark.only("sqlite", "postgresql")
def test_two_main_contacts_who_leave_at_once_do_not_leave_the_client_alone(
    app: Flask, sign_in: Any, bakery: Client
) -> None:
    both = [an_approver(bakery, name, main=True) for name in ("Annette S", "Murat Y")]
    posts = []
    for person in both:
        path = f"/memberships/{place_of(person, bakery).public_id}/ending"
        posts.append(posting(sign_in(person), path))
    assert at_once(app, *posts) == [303, 409]
    assert len(every(bakery.people())) == 1
