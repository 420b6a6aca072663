"""People whom no mail reaches: found by their address, for those who look after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select

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
    """Somebody at a client whom no mail reaches: opaque ids of the place, or of the invitation, and of the client."""

    address: Unreached
    name: str
    invited_name: str
    membership: str
    invitation: str
    client: str
    client_name: str


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
    belongs = and_(Membership.user_id == User.id, access.sees_client(user, Membership.client_id))
    invited = and_(
        Invitation.email == Unreached.email,
        Invitation.is_unanswered(),
        access.sees_client(user, Invitation.client_id),
    )
    at = func.coalesce(Membership.client_id, Invitation.client_id)
    query = (
        select(
            Unreached,
            User.name,
            Invitation.name,
            Membership.public_id,
            Invitation.public_id,
            Client.public_id,
            Client.name,
        )
        .select_from(Unreached)
        .outerjoin(User, and_(User.email == Unreached.email, User.removed_at.is_(None)))
        .outerjoin(Membership, belongs)
        .outerjoin(Invitation, invited)
        .join(Client, Client.id == at)
        .order_by(Unreached.id, Membership.id, Invitation.id)
    )
    return [Lost(*row) for row in db.session.execute(query.limit(SHOWN))]


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


unreached.ON_UNREACHED.append(note_in_log)
