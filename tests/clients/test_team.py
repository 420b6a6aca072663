"""HTTP of the agency's own people."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.blueprints.accounts.models import LastOwner, User
from tests.builders import a_client, a_manager, a_member, a_viewer, an_owner
from tests.clients.builders import link_in_last_mail, person_with, posted, verbs

pytestmark = pytest.mark.only("sqlite")

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
TOM = {"name": "Tom Lindner", "email": "tom@nordlicht.de", "language": "en", "role": "member"}


def test_the_owner_invites_a_colleague_who_comes_in(sign_in: Any, client: Any, agency: Any) -> None:
    owner = sign_in(an_owner())
    page = posted(owner, "/settings/team/invitations", data=TOM)
    assert "on its way to tom@nordlicht.de" in page.text and "Tom Lindner" in page.text
    link = link_in_last_mail()
    assert "invites you to the portal of Studio Nordlicht" in client.get(link).text
    assert client.post(link).location == "/"
    assert person_with("tom@nordlicht.de").agency_role == "member"
    assert verbs() == ["invitation.sent", "invitation.accepted"]


@pytest.mark.parametrize("wrong", [{"role": "approver"}, {"name": ""}, {"email": "tom"}])
def test_a_wrong_answer_invites_nobody(
    wrong: dict[str, str], sign_in: Any, agency: Any, outbox: Any
) -> None:
    answer = sign_in(an_owner()).post("/settings/team/invitations", data={**TOM, **wrong})
    assert answer.status_code == 422 and outbox() == []


def test_a_clients_person_can_not_be_invited_to_the_team(sign_in: Any, agency: Any) -> None:
    a_viewer(a_client(), email="tom@nordlicht.de")
    assert sign_in(an_owner()).post("/settings/team/invitations", data=TOM).status_code == 409


def test_a_role_holds_with_the_next_request(sign_in: Any, agency: Any, db: Any) -> None:
    owner, person = sign_in(an_owner()), a_member()
    theirs = sign_in(person)
    assert theirs.get("/clients/new").status_code == 403
    path = f"/settings/team/{person.public_id}"
    assert owner.post(path, data={"role": "manager"}, headers=HTMX).status_code == 200
    assert theirs.get("/clients/new").status_code == 200
    assert owner.post(path, data={"role": "viewer"}).status_code == 422
    assert verbs() == ["team.changed"]


def test_the_last_owner_stays(sign_in: Any, agency: Any, db: Any) -> None:
    person = an_owner()
    browser, path = sign_in(person), f"/settings/team/{person.public_id}"
    assert "The only owner" in browser.get("/settings/team").text
    assert "Somebody must own" in browser.post(path, data={"role": "member"}).text
    assert browser.post(f"{path}/removal").status_code == 400
    db.session.expire_all()
    assert (person.agency_role, person.removed_at) == ("owner", None)


def test_an_owner_who_steps_back_leaves_the_settings(sign_in: Any, agency: Any) -> None:
    person = an_owner()
    an_owner("Ada")
    browser = sign_in(person)
    answer = browser.post(f"/settings/team/{person.public_id}", data={"role": "manager"})
    assert answer.location == "/"
    assert browser.get("/settings/team").status_code == 403


def test_whoever_is_removed_is_out_with_the_next_request(sign_in: Any, agency: Any) -> None:
    owner, person = sign_in(an_owner()), a_manager()
    theirs = sign_in(person)
    page = owner.post(f"/settings/team/{person.public_id}/removal", headers=HTMX)
    assert "Jana Petersen has no access any more." in page.text
    assert theirs.get("/account").status_code == 303
    assert verbs() == ["team.removed"]


def test_a_clients_person_is_nobody_of_the_team(sign_in: Any, agency: Any) -> None:
    person = a_viewer(a_client())
    browser = sign_in(an_owner())
    for path in (f"/settings/team/{person.public_id}", "/settings/team/nobody"):
        assert browser.post(path, data={"role": "owner"}).status_code == 404
        assert browser.post(f"{path}/removal").status_code == 404


def test_a_manager_changes_nobody_of_the_team(sign_in: Any, agency: Any) -> None:
    person = a_member()
    browser, path = sign_in(a_manager()), f"/settings/team/{person.public_id}"
    assert browser.post(path, data={"role": "owner"}).status_code == 403
    assert browser.post(f"{path}/removal").status_code == 403


@pytest.mark.only("postgresql")  # SQLite lets one write after the other anyway.
def test_of_two_owners_who_let_go_of_each_other_one_stays(app: Any, agency: Any, db: Any) -> None:
    numbers, start = [an_owner("Ole").id, an_owner("Mai").id], threading.Barrier(2)
    db.session.commit()

    def demote(number: int) -> bool:
        with app.app_context():
            person = db.session.get_one(User, number)
            start.wait()
            try:
                person.change_role("member")
                db.session.commit()
            except LastOwner:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, numbers)) == [False, True]
