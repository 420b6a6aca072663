"""Looking at the portal as a client's person: how it begins and ends, and what a page from it can still do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.blueprints.accounts.housekeeping import note_ended_views
from app.blueprints.accounts.models import User
from app.blueprints.accounts.viewings import LIFE, Viewing
from app.blueprints.clients.models import Client
from app.core import clock
from app.core.events import Event
from app.core.models import every, one
from tests.builders import a_client, a_manager, an_approver
from tests.clients.builders import place_of
from tests.conftest import Browser

AS_HER = "You see the portal as"
SignIn = Callable[[User], Browser]


def looking(sign_in: SignIn) -> tuple[Browser, User, Client]:
    """A manager's browser in which the portal is as Annette Sonnenschein sees it."""
    client = a_client()
    annette, manager = an_approver(client), a_manager()
    manager.language = "en"
    browser = sign_in(manager)
    place = place_of(annette, client)
    assert place is not None
    browser.post(f"/memberships/{place.public_id}/viewings")
    return browser, annette, client


def test_the_view_ends_where_it_began_and_is_marked_until_then(sign_in: SignIn) -> None:
    browser, annette, client = looking(sign_in)
    assert AS_HER in browser.get("/").text
    assert browser.get(f"/clients/{client.public_id}").status_code == 403
    browser.post("/viewing/ending")
    assert AS_HER not in browser.get("/").text
    assert browser.get(f"/clients/{client.public_id}").status_code == 200
    assert annette.seen_at is None


def test_after_half_an_hour_it_ends_by_itself(sign_in: SignIn, db: Any) -> None:
    browser, _annette, _client = looking(sign_in)
    viewing = one(db.select(Viewing))
    assert viewing is not None
    viewing.expires_at = clock.now() - timedelta(minutes=1)
    note_ended_views()
    db.session.commit()
    assert "ended after half an hour" in browser.get("/").text
    last = every(db.select(Event).order_by(Event.id))[-1]
    assert (last.verb, last.at) == ("viewing.ended", viewing.expires_at)
    assert viewing.expires_at - viewing.created_at < LIFE


@pytest.mark.only("sqlite")
def test_it_ends_when_who_looks_signs_out_or_the_person_leaves(sign_in: SignIn, db: Any) -> None:
    browser, annette, _client = looking(sign_in)
    annette.remove()
    assert AS_HER not in browser.get("/").text
    browser, _annette, _client = looking(sign_in)
    browser.post("/sign-out")
    assert every(db.select(Viewing.ended_at).order_by(Viewing.id))[-1] is not None


@pytest.mark.only("sqlite")
def test_a_page_from_the_view_sends_nothing_once_that_is_over(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, app: Any
) -> None:
    browser, _annette, _client = looking(sign_in)
    with browser.session_transaction() as kept:
        kept["csrf_token"] = "made while looking"
    browser.post("/viewing/ending")
    with browser.session_transaction() as kept:
        assert kept.get("csrf_token") != "made while looking"


@pytest.mark.only("sqlite")
def test_who_looks_begins_no_other_view(sign_in: SignIn, db: Any) -> None:
    browser, _annette, client = looking(sign_in)
    other = place_of(an_approver(client, "Tom Lindner"), client)
    assert other is not None
    assert browser.post(f"/memberships/{other.public_id}/viewings").status_code == 403
    assert len(every(db.select(Viewing))) == 1
