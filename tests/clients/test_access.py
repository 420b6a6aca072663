"""Who may do what: the whole table, and what exists for whom."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.blueprints.clients import access
from app.blueprints.clients.models import Client, Membership
from app.core.models import every
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_project,
    a_viewer,
    an_agency,
    an_approver,
    an_owner,
)

SEES = {"see"}
CONTRIBUTES = SEES | {"comment", "upload"}
DECIDES = CONTRIBUTES | {"decide"}
WORKS = CONTRIBUTES | {"share", "ask", "post", "plan", "note", "see_internal", "see_people"}
RUNS = WORKS | {"see_all", "invite", "run_client", "run_project", "staff_project"}
OWNS = RUNS | {"run_portal"}
TABLE = {
    "viewer": SEES,
    "contributor": CONTRIBUTES,
    "approver": DECIDES,
    "main contact": DECIDES | {"invite", "see_people"},
    "member": WORKS,
    "manager": RUNS,
    "owner": OWNS,
}
BUILDERS = {
    "viewer": a_viewer,
    "contributor": a_contributor,
    "approver": an_approver,
    "main contact": lambda client: an_approver(client, main=True),
    "member": lambda _client: a_member(),
    "manager": lambda _client: a_manager(),
    "owner": lambda _client: an_owner(),
}


@pytest.fixture
def client(app: Flask) -> Client:
    an_agency()
    return a_client()


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("role", TABLE)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: str, client: Client) -> None:
    person = BUILDERS[role](client)
    actions = OWNS | DECIDES
    assert {action for action in actions if access.can(person, action, client)} == TABLE[role]


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("role", ["viewer", "contributor", "approver", "main contact"])
def test_at_another_client_a_person_may_do_nothing(role: str, client: Client) -> None:
    person = BUILDERS[role](client)
    other = a_client("Werft Hansen")
    assert not any(access.can(person, action, other) for action in OWNS | DECIDES)


def test_roles_differ_from_client_to_client(client: Client) -> None:
    person = a_viewer(client)
    other = a_client("Werft Hansen")
    other.welcome(person, "approver")
    assert not access.can(person, "decide", client)
    assert access.can(person, "decide", other)


def test_a_person_sees_their_own_clients_alone(client: Client) -> None:
    person = a_viewer(client)
    a_viewer(a_client("Werft Hansen"))
    assert every(Client.visible_to(person)) == [client]
    assert {place.client_id for place in every(Membership.visible_to(person))} == {client.id}


def test_a_member_sees_the_clients_of_their_projects(client: Client, db: Any) -> None:
    a_client("Werft Hansen")
    member = a_member("Tom Lindner", a_project(client))
    assert every(Client.visible_to(member)) == [client]


def test_managers_and_owners_see_all_clients(client: Client) -> None:
    other = a_client("Werft Hansen")
    for person in (a_manager(), an_owner()):
        assert set(every(Client.visible_to(person))) == {client, other}


def test_nobody_may_give_a_role_above_their_own(client: Client) -> None:
    assert access.roles_to_give(a_contributor(client), client) == ["contributor", "viewer"]
    assert access.roles_to_give(a_manager(), client) == ["approver", "contributor", "viewer"]
    assert access.roles_to_give(a_viewer(a_client("Werft Hansen")), client) == []
