"""Who belongs to a client: on one side only, never with more rights than who let them in."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.blueprints.clients.models import LastMainContact, Membership
from app.core.errors import Conflict, NotAllowed
from app.core.models import every
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_viewer,
    an_agency,
    an_approver,
    an_owner,
)
from tests.clients.builders import place_of


@pytest.fixture(autouse=True)
def set_up(app: Flask) -> None:
    an_agency()


def test_staff_can_not_be_let_into_a_client() -> None:
    with pytest.raises(Conflict):
        a_client().welcome(a_manager(), "viewer")


@pytest.mark.parametrize("side", ["client", "agency"])
def test_the_database_itself_refuses_staff_at_a_client(side: str, db: Any) -> None:
    client, manager = a_client(), a_manager()
    db.session.add(Membership(client_id=client.id, user_id=manager.id, role="viewer", side=side))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_database_refuses_that_a_clients_person_becomes_staff(db: Any) -> None:
    person = a_viewer(a_client())
    person.side, person.agency_role = "agency", "member"
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_database_refuses_a_role_at_the_agency_for_a_clients_person(db: Any) -> None:
    person = a_viewer(a_client())
    person.agency_role = "owner"
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_person_belongs_to_a_client_once() -> None:
    client = a_client()
    with pytest.raises(Conflict):
        client.welcome(a_viewer(client), "approver")


def test_a_person_can_belong_to_several_clients() -> None:
    person = a_viewer(a_client())
    a_client("Werft Hansen").welcome(person, "approver")
    assert [place.role for place in every(Membership.of_user(person))] == ["viewer", "approver"]


def test_nobody_gives_more_rights_than_they_have() -> None:
    client = a_client()
    boss, colleague = a_contributor(client, main=True), a_viewer(client)
    place_of(colleague, client).change_role("contributor", boss)
    with pytest.raises(NotAllowed):
        place_of(colleague, client).change_role("approver", boss)


def test_nobody_takes_away_more_rights_than_they_have() -> None:
    client = a_client()
    boss, approver = a_contributor(client, main=True), an_approver(client)
    with pytest.raises(NotAllowed):
        place_of(approver, client).change_role("viewer", boss)
    with pytest.raises(NotAllowed):
        place_of(approver, client).end(boss)


def test_only_the_agency_names_main_contacts() -> None:
    client = a_client()
    boss, colleague = an_approver(client, main=True), a_viewer(client)
    with pytest.raises(NotAllowed):
        place_of(colleague, client).make_main(True, boss)
    place_of(colleague, client).make_main(True, an_owner())
    assert place_of(colleague, client).is_main


def test_the_last_main_contact_can_not_leave_but_the_agency_can_take_them_out() -> None:
    client = a_client()
    boss = an_approver(client, main=True)
    with pytest.raises(LastMainContact):
        place_of(boss, client).end(boss)
    place_of(boss, client).end(an_owner())
    assert place_of(boss, client) is None


def test_one_of_two_main_contacts_can_leave() -> None:
    client = a_client()
    boss = an_approver(client, main=True)
    an_approver(client, "Murat Yıldız", main=True)
    place_of(boss, client).end(boss)
    assert place_of(boss, client) is None


def test_without_any_client_a_person_has_no_access() -> None:
    client, other, owner = a_client(), a_client("Werft Hansen"), an_owner()
    person = a_viewer(client)
    other.welcome(person, "viewer")
    place_of(person, client).end(owner)
    assert person.removed_at is None
    place_of(person, other).end(owner)
    assert person.removed_at is not None


def test_whoever_is_gone_already_can_not_be_changed(db: Any) -> None:
    client, owner = a_client(), an_owner()
    place = place_of(a_viewer(client), client)
    db.session.execute(db.delete(Membership).execution_options(synchronize_session=False))
    with pytest.raises(Conflict):
        place.change_role("approver", owner)
