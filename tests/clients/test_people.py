"""HTTP of a client's people, for the agency and for main contacts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_project,
    a_viewer,
    an_approver,
    an_owner,
)
from tests.clients.builders import (
    EMAIL,
    an_invitation,
    at_once,
    last_mail,
    place_of,
    posted,
    posting,
    verbs,
)

pytestmark = pytest.mark.only("sqlite")

NOON = datetime(2026, 9, 21, 10, 0, tzinfo=UTC)
PERSON = {"name": "Annette", "email": EMAIL, "language": "en", "role": "approver"}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def bakery(agency: Any) -> Client:
    return a_client()


def invitations_of(client: Client) -> str:
    return f"/clients/{client.public_id}/invitations"


def test_the_form_says_what_each_role_may_do_and_to_whom_it_goes(
    sign_in: Any, bakery: Client
) -> None:
    page = sign_in(a_manager(email="jana@nordlicht.de")).get(f"{invitations_of(bakery)}/new")
    for words in ("decides on approvals", "comments and uploads files", "changes nothing"):
        assert words in page.text
    assert "answers come to jana@nordlicht.de" in page.text


def test_a_manager_invites_and_sees_whom(sign_in: Any, bakery: Client) -> None:
    browser = sign_in(a_manager())
    page = posted(browser, invitations_of(bakery), data=PERSON)
    assert f"on its way to {EMAIL}" in page.text
    assert "Invited, valid until" in page.text
    assert last_mail().to_email == EMAIL
    assert verbs() == ["invitation.sent"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"name": "A\0B"},
        {"email": "annette"},
        {"email": ""},
        {"language": "fr"},
        {"role": "owner"},
        {"role": ""},
    ],
)
def test_a_wrong_answer_brings_the_form_back(
    wrong: dict[str, str], sign_in: Any, bakery: Client, outbox: Any
) -> None:
    page = sign_in(a_manager()).post(invitations_of(bakery), data={**PERSON, **wrong})
    assert page.status_code == 422
    assert "That did not work yet" in page.text
    assert outbox() == []


@pytest.mark.parametrize("build", [a_viewer, a_contributor, an_approver])
def test_other_people_of_the_client_neither_see_nor_run_its_people(
    build: Any, sign_in: Any, bakery: Client
) -> None:
    browser, colleague = sign_in(build(bakery)), place_of(a_viewer(bakery, "Eva"), bakery)
    invitation = an_invitation(bakery, a_manager())
    assert browser.get(f"/clients/{bakery.public_id}").status_code == 403
    assert browser.get(f"{invitations_of(bakery)}/new").status_code == 403
    for path in (
        invitations_of(bakery),
        f"/memberships/{colleague.public_id}",
        f"/memberships/{colleague.public_id}/ending",
        f"/memberships/{colleague.public_id}/sendings",
        f"/invitations/{invitation.public_id}/sendings",
        f"/invitations/{invitation.public_id}/withdrawal",
    ):
        assert browser.post(path, data=PERSON).status_code == 403


def test_a_member_sees_the_people_of_their_clients_and_changes_nothing(
    sign_in: Any, bakery: Client
) -> None:
    browser = sign_in(a_member("Tom Lindner", a_project(bakery)))
    place = place_of(a_viewer(bakery), bakery)
    page = browser.get(f"/clients/{bakery.public_id}")
    assert "Birgit Hansen" in page.text and "<select" not in page.text
    assert browser.post(f"/memberships/{place.public_id}").status_code == 403
    assert browser.post(invitations_of(bakery), data=PERSON).status_code == 403


@pytest.mark.parametrize("build", [lambda: an_approver(a_client("Werft"), main=True), a_member])
def test_another_clients_people_do_not_exist(build: Any, sign_in: Any, bakery: Client) -> None:
    place, invitation = place_of(a_viewer(bakery), bakery), an_invitation(bakery, a_manager())
    browser = sign_in(build())
    assert browser.get(f"/clients/{bakery.public_id}").status_code == 404
    for path in (
        invitations_of(bakery),
        f"/memberships/{place.public_id}",
        f"/memberships/{place.public_id}/ending",
        f"/invitations/{invitation.public_id}/sendings",
        f"/invitations/{invitation.public_id}/withdrawal",
    ):
        assert browser.post(path, data=PERSON).status_code == 404


def test_strangers_are_asked_to_sign_in(client: Any, bakery: Client) -> None:
    assert client.get(f"/clients/{bakery.public_id}").status_code == 303
    assert client.post(invitations_of(bakery), data=PERSON).status_code == 303


def test_a_changed_role_holds_with_the_next_request(sign_in: Any, bakery: Client) -> None:
    boss, person = sign_in(a_manager()), an_approver(bakery, main=True)
    theirs, path = sign_in(person), f"/memberships/{place_of(person, bakery).public_id}"
    answer = boss.post(path, data={"role": "viewer"}, headers=HTMX)
    assert answer.status_code == 200 and "Saved." in answer.text
    assert (place_of(person, bakery).role, place_of(person, bakery).is_main) == ("viewer", True)
    page = theirs.get(f"{invitations_of(bakery)}/new")
    assert "Reads along" in page.text and "decides on approvals" not in page.text
    boss.post(path, data={"is_main": "False"})
    assert theirs.get(f"{invitations_of(bakery)}/new").status_code == 403
    assert verbs() == ["membership.changed", "membership.changed"]


@pytest.mark.parametrize("wrong", [{"role": "owner"}, {"role": ""}, {"is_main": "maybe"}])
def test_a_role_that_is_none_changes_nothing(wrong: Any, sign_in: Any, bakery: Client) -> None:
    person = an_approver(bakery)
    path = f"/memberships/{place_of(person, bakery).public_id}"
    page = sign_in(a_manager()).post(path, data=wrong)
    assert page.status_code == 422 and "Please choose one of these." in page.text
    assert place_of(person, bakery).role == "approver"


def test_whoever_is_removed_is_out_with_the_next_request(sign_in: Any, bakery: Client) -> None:
    person = an_approver(bakery)
    theirs = sign_in(person)
    assert theirs.get("/account").status_code == 200
    path = f"/memberships/{place_of(person, bakery).public_id}/ending"
    page = sign_in(a_manager()).post(path, headers=HTMX)
    assert "Annette Sonnenschein has no access any more." in page.text
    assert theirs.get("/account").status_code == 303
    assert verbs() == ["membership.ended"]


def test_who_never_signed_in_is_invited_again_with_one_tap(
    sign_in: Any, bakery: Client, outbox: Any
) -> None:
    person = a_viewer(bakery)
    browser, path = sign_in(a_manager()), f"/memberships/{place_of(person, bakery).public_id}"
    assert "Never signed in" in browser.get(f"/clients/{bakery.public_id}").text
    assert browser.post(f"{path}/sendings", headers=HTMX).status_code == 200
    assert [mail.user_id for mail in outbox()] == [person.id]
    assert "http://localhost/?to=" in last_mail().text
    assert browser.post(f"{path}/sendings").status_code == 429
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert browser.post(f"{path}/sendings").status_code == 303


def test_who_has_been_here_is_not_invited_again(sign_in: Any, bakery: Client) -> None:
    person = a_viewer(bakery)
    sign_in(person)
    path = f"/memberships/{place_of(person, bakery).public_id}/sendings"
    assert sign_in(a_manager()).post(path).status_code == 409


def test_an_invitation_is_sent_again_or_withdrawn(sign_in: Any, bakery: Client) -> None:
    with time_machine.travel(NOON, tick=False) as time:
        browser, invitation = sign_in(an_owner()), an_invitation(bakery, a_manager())
        path = f"/invitations/{invitation.public_id}"
        assert browser.post(f"{path}/sendings").status_code == 429
        time.shift(timedelta(days=15))
        assert "Invitation has run out" in browser.get(f"/clients/{bakery.public_id}").text
        assert "on its way" in browser.post(f"{path}/sendings", headers=HTMX).text
        assert browser.post(f"{path}/withdrawal").status_code == 303
        assert browser.post(f"{path}/withdrawal").status_code == 410
        assert browser.post(f"{path}/sendings").status_code == 410
    assert verbs() == ["invitation.sent", "invitation.withdrawn"]


def test_only_the_owner_sends_the_invitation_of_a_colleague_again(
    sign_in: Any, agency: Any
) -> None:
    person = {"name": "Tom", "email": "tom@nordlicht.de", "language": "en"}
    path = f"/invitations/{Invitation.to_agency('member', an_owner(), **person).public_id}"
    browser = sign_in(a_manager())
    assert browser.post(f"{path}/sendings").status_code == 404
    assert browser.post(f"{path}/withdrawal").status_code == 404


@pytest.mark.only("sqlite", "postgresql")
def test_invited_twice_at_once_there_is_one_invitation(
    app: Flask, sign_in: Any, bakery: Client, outbox: Any
) -> None:
    boss = sign_in(a_manager())
    posts = [posting(boss, invitations_of(bakery), PERSON)] * 2
    assert at_once(app, *posts) == [303, 409]
    assert len(outbox()) == 1


def test_the_page_costs_the_same_for_five_and_for_sixty_people(
    sign_in: Any, bakery: Client, count_queries: Any
) -> None:
    browser, counts = sign_in(a_manager()), []
    for amount in (5, 60):
        for number in range(amount):
            a_viewer(bakery, f"Eva {number}", email=f"{amount}-{number}@kunde.de")
        browser.get(f"/clients/{bakery.public_id}")
        with count_queries() as queries:
            browser.get(f"/clients/{bakery.public_id}")
        counts.append(len(queries))
    assert counts[0] == counts[1] < 15
