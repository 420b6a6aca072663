"""The agency's list of clients: who they are, and who of them has not come yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client, Membership
from app.core.paging import Page, page
from app.extensions import db

SIZE = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """A client in the list: how many people it has, who never signed in, and who has not answered."""

    client: Client
    people: int
    never_came: int
    invited: int


def clients_page(user: User, cursor: str | None) -> Page[Entry]:
    """The clients that exist for a person, by name, a page at a time."""
    query = Client.visible_to(user).options(joinedload(Client.lead))
    found = page(query, (Client.name, Client.id), cursor, SIZE)
    return Page(_entries(found.rows), found.next, found.previous)


def _entries(clients: Sequence[Client]) -> list[Entry]:
    numbers = [client.id for client in clients]
    people, invited = _people(numbers), _invited(numbers)
    return [Entry(each, *people.get(each.id, (0, 0)), invited.get(each.id, 0)) for each in clients]


def _people(numbers: list[int]) -> dict[int, tuple[int, int]]:
    """How many belong to each client, and how many of them never signed in."""
    query = (
        select(Membership.client_id, func.count(), func.count() - func.count(User.seen_at))
        .join(User, User.id == Membership.user_id)
        .where(Membership.client_id.in_(numbers))
        .group_by(Membership.client_id)
    )
    return {number: (all_, never) for number, all_, never in db.session.execute(query)}


def _invited(numbers: list[int]) -> dict[int | None, int]:
    pending = (
        Invitation.pending().where(Invitation.client_id.in_(numbers)).order_by(None).subquery()
    )
    query = select(pending.c.client_id, func.count().label("number")).group_by(pending.c.client_id)
    return {row.client_id: row.number for row in db.session.execute(query)}
