"""The page of an invitation: opening it changes nothing, its button lets the person in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.blueprints.accounts.models import User
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Membership
from app.core.models import every, one
from app.core.tokens import sign
from tests.builders import a_client, a_manager, a_viewer, an_owner
from tests.clients.builders import (
    EMAIL,
    an_invitation,
    at_once,
    link_in_last_mail,
    person_with,
    place_of,
    verbs,
)

pytestmark = pytest.mark.only("sqlite")

NOON = datetime(2026, 9, 21, 10, 0, tzinfo=UTC)


@pytest.fixture
def link(agency: Any) -> str:
    """The page of a fresh invitation."""
    an_invitation(a_client(), a_manager(), salutation="Ms Sonnenschein")
    return link_in_last_mail()


def the_invitation(db: Any) -> Invitation:
    return one(db.select(Invitation))


def test_the_page_welcomes_by_name_and_says_who_invites_to_what(client: Any, link: str) -> None:
    page = client.get(link)
    assert page.status_code == 200
    assert "Welcome, Ms Sonnenschein." in page.text
    assert "Jana Petersen of Studio Nordlicht invites you" in page.text
    assert "Bäckerei Sonnenschein" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_the_page_has_the_language_of_the_invitation(client: Any, agency: Any) -> None:
    an_invitation(a_client(), a_manager(), language="de")
    assert '<html lang="de">' in client.get(link_in_last_mail()).text


def test_a_scanner_that_opens_the_link_changes_nothing(client: Any, link: str, db: Any) -> None:
    for _ in range(3):
        client.get(link)
        client.head(link)
    assert the_invitation(db).is_open
    assert person_with(EMAIL) is None
    assert client.post(link).status_code == 303


def test_a_new_person_is_signed_in_and_comes_to_the_start(client: Any, link: str, db: Any) -> None:
    answer = client.post(link)
    assert (answer.status_code, answer.location) == (303, "/")
    person = person_with(EMAIL)
    assert [place.user_id for place in every(db.select(Membership))] == [person.id]
    assert verbs() == ["invitation.accepted"]
    assert client.get("/account").status_code == 200


def test_a_new_person_is_welcomed_in_the_language_of_the_invitation(
    client: Any, agency: Any
) -> None:
    """The welcome was in the language of the browser, on a page in that of the person."""
    an_invitation(a_client(), a_manager(), language="de")
    client.post(link_in_last_mail(), headers={"Accept-Language": "en"})
    assert "Willkommen. Auf dieser Seite finden Sie alles" in client.get("/").text


def test_an_account_that_exists_only_gains_a_place(client: Any, agency: Any) -> None:
    a_viewer(a_client("Werft Hansen"), email=EMAIL)
    place = a_client()
    an_invitation(place, a_manager())
    person = person_with(EMAIL)
    hint = sign("person", person.public_id)
    assert "You have access already" in client.get(link_in_last_mail()).text
    answer = client.post(link_in_last_mail())
    assert answer.location == f"/sign-in?hint={hint}"
    assert client.get("/account").status_code == 303
    assert place_of(person, place).role == "approver"


def test_who_is_signed_in_already_goes_to_the_start(sign_in: Any, agency: Any) -> None:
    person = a_viewer(a_client("Werft Hansen"), email=EMAIL)
    an_invitation(a_client(), a_manager())
    assert sign_in(person).post(link_in_last_mail()).location == "/"


def test_somebody_else_who_is_signed_in_is_told_whom_it_is_for(sign_in: Any, link: str) -> None:
    browser = sign_in(an_owner())
    assert "You are signed in as Ole Brandt." in browser.get(link).text


def test_an_accepted_invitation_leads_to_sign_in_with_the_address(client: Any, link: str) -> None:
    client.post(link)
    client.post("/sign-out")
    page = client.get(link)
    assert "You are in already." in page.text
    assert f"/sign-in?hint={sign('person', person_with(EMAIL).public_id)}" in page.text
    assert client.post(link).status_code == 410


def test_whoever_accepted_comes_from_the_old_mail_to_the_portal(client: Any, link: str) -> None:
    client.post(link)
    assert "To the portal" in client.get(link).text


def test_a_withdrawn_invitation_says_so(client: Any, link: str, db: Any) -> None:
    the_invitation(db).withdraw(one(db.select(User)))
    page = client.get(link)
    assert "This invitation was withdrawn." in page.text
    assert "please ask Jana Petersen" in page.text
    assert client.post(link).status_code == 410
    assert person_with(EMAIL) is None


def test_an_expired_invitation_offers_a_new_one(client: Any, agency: Any, outbox: Any) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        an_invitation(a_client(), a_manager())
        old = link_in_last_mail()
        time.shift(timedelta(days=15))
        assert "This invitation has run out." in client.get(old).text
        assert client.post(old).status_code == 410
        assert client.post(f"{old}/renewal").location == old
        assert [mail.to_email for mail in outbox()] == [EMAIL, EMAIL]
        assert "Please look into your mailbox" in client.get(old).text
        assert client.post(old).status_code == 410
        assert client.post(f"{old}/renewal").status_code == 429
        assert client.post(link_in_last_mail()).location == "/"


def test_a_link_that_works_is_not_sent_anew(client: Any, link: str, outbox: Any) -> None:
    assert client.post(f"{link}/renewal").status_code == 409
    assert len(outbox()) == 1


@pytest.mark.parametrize("path", ["/join/x", "/join/%00", "/join/x/renewal", "/join/" + "x" * 900])
def test_an_unknown_link_leads_nowhere(client: Any, path: str) -> None:
    assert client.post(path).status_code == 404


@pytest.mark.only("sqlite", "postgresql")
@pytest.mark.parametrize("count", [2, 4])
def test_accepted_several_times_at_once_there_is_one_person(
    app: Flask, link: str, count: int, db: Any
) -> None:
    statuses = at_once(app, *[lambda browser: browser.post(link)] * count)
    assert statuses == [303] + [410] * (count - 1)
    assert [place.user.email for place in every(db.select(Membership))] == [EMAIL]
    assert verbs() == ["invitation.accepted"]


@pytest.mark.only("sqlite", "postgresql")
def test_two_invitations_of_a_new_person_accepted_at_once_make_one_person(
    app: Flask, agency: Any, db: Any
) -> None:
    manager, links = a_manager(), []
    for name in ("Bäckerei Sonnenschein", "Werft Hansen"):
        an_invitation(a_client(name), manager)
        links.append(link_in_last_mail())
    posts: list[Callable[[Any], Any]] = [lambda browser, to=to: browser.post(to) for to in links]
    assert at_once(app, *posts) == [303, 303]
    places = every(db.select(Membership))
    assert len(places) == 2 and len({place.user_id for place in places}) == 1


@pytest.mark.only("sqlite", "postgresql")
def test_withdrawn_and_accepted_at_once_there_is_one_outcome(
    app: Flask, link: str, sign_in: Any, db: Any
) -> None:
    boss = sign_in(an_owner())
    address = f"/invitations/{the_invitation(db).public_id}/withdrawal"
    cookies = boss._cookies

    def withdraw(browser: Any) -> Any:
        browser._cookies = cookies
        return browser.post(address)

    assert at_once(app, withdraw, lambda browser: browser.post(link)) == [303, 410]
    invitation = the_invitation(db)
    assert (invitation.accepted_at is None) is (person_with(EMAIL) is None)
    assert (invitation.accepted_at is None) is not (invitation.withdrawn_at is None)
