"""People whom no mail reaches: found by their address, for those who look after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select

from app.blueprints.accounts.models import AGENCY, User
from app.blueprints.clients import access
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client, Membership
from app.core import unreached
from app.core.events import record
from app.core.models import every
from app.core.unreached import Unreached
from app.extensions import db

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Lost:
    """Somebody whom no mail reaches, and the client where they belong; without one, to the agency."""

    name: str
    client: Client | None
    address: Unreached
    membership: Membership | None = None
    invitation: Invitation | None = None


def visible_to(user: User) -> Select[Unreached]:
    """The addresses of people whom somebody of the agency looks after."""
    people = select(User.email).join(Membership, Membership.user_id == User.id)
    people = people.where(access.sees_client(user, Membership.client_id))
    invited = Invitation.visible_to(user).with_only_columns(Invitation.email)
    mine = [Unreached.email.in_(people), Unreached.email.in_(invited)]
    if access.can(user, "run_portal"):
        mine.append(Unreached.email.in_(select(User.email).where(User.side == AGENCY)))
    return select(Unreached).where(or_(*mine))


def whom_nothing_reaches(user: User) -> Sequence[Lost]:
    """Those people, the longest first; nobody for who may not invite."""
    if not access.can(user, "invite"):
        return []
    members: Any = (
        select(Membership, Client, Unreached)
        .join(User, User.id == Membership.user_id)
        .join(Unreached, Unreached.email == User.email)
        .join(Client, Client.id == Membership.client_id)
        .where(access.sees_client(user, Client.id), User.removed_at.is_(None))
    )
    invited: Any = (
        Invitation.pending()
        .join(Unreached, Unreached.email == Invitation.email)
        .where(access.sees_client(user, Invitation.client_id))
        .add_columns(Unreached)
    )
    found = [
        Lost(each.user.name, client, address, membership=each)
        for each, client, address in db.session.execute(_first(members))
    ]
    found += [
        Lost(each.name, each.client, address, invitation=each)
        for each, address in db.session.execute(_first(invited))
    ]
    return sorted(found, key=lambda lost: lost.address.id)[:SHOWN]


def note_in_log(address: Unreached) -> None:
    """Say in the log of each of their clients that somebody is not reached."""
    people = select(Membership, Client).join(User, User.id == Membership.user_id)
    people = people.join(Client, Client.id == Membership.client_id).where(
        User.email == address.email
    )
    found = [(row.user.name, client) for row, client in db.session.execute(people)]
    invited = every(Invitation.pending().where(Invitation.email == address.email))
    for name, client in [*found, *((each.name, each.client) for each in invited)]:
        record(
            "person.unreached",
            address,
            by=None,
            client=client,
            internal=True,
            name=name,
            reason=address.reason,
        )


def _first(query: Select[Any]) -> Select[Any]:
    return query.order_by(None).order_by(Unreached.id).limit(SHOWN)


unreached.ON_UNREACHED.append(note_in_log)
