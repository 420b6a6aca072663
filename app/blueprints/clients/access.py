"""Who may see and do what. One table, one function that answers, and the scopes; nothing else compares roles.

What a person may not see does not exist for them: scopes leave it out, and the answer is 404. What they
may see but not do is refused with 403.
"""

from __future__ import annotations

from typing import Any

from flask import abort, g
from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.blueprints.accounts.login import viewer_of
from app.blueprints.accounts.models import User
from app.blueprints.clients.models import ROLES, Client, Membership
from app.core.errors import NotAllowed
from app.core.models import every, one
from app.extensions import db

# What each role may do with a client, or with a project and what is in it, that it can see.
EVERYBODY = {"see"}
CLIENT_SIDE = {
    "viewer": EVERYBODY,
    "contributor": EVERYBODY | {"comment", "upload"},
    "approver": EVERYBODY | {"comment", "upload", "decide"},
}
MAIN_CONTACT = {"invite", "see_people"}
WORK = EVERYBODY | {"comment", "upload", "share", "ask", "post", "plan", "note"}
WORK |= {"see_internal", "see_people", "view_as"}
RUN = {"see_all", "invite", "run_client", "run_project", "staff_project"}
AGENCY_SIDE = {
    "member": WORK,
    "manager": WORK | RUN,
    "owner": WORK | RUN | {"run_portal"},
}


def can(user: User, action: str, thing: Any = None) -> bool:
    """Whether a person may do something, with a client, project or anything that has one of them.

    Without a thing: what a role of the agency allows everywhere.
    """
    if user.is_staff:
        return action in AGENCY_SIDE[user.agency_role or "member"]
    membership = _memberships(user).get(_client_id(thing))
    if membership is None:
        return False
    allowed = CLIENT_SIDE[membership.role]
    if membership.is_main and action in MAIN_CONTACT:
        return _client_lets_invite(membership)
    return action in allowed


def can_somewhere(user: User, action: str) -> bool:
    """Whether a person may do something at any of their clients, or at all."""
    if user.is_staff:
        return can(user, action)
    return any(can(user, action, each) for each in memberships(user))


def require(user: User, action: str, thing: Any = None) -> None:
    """Raise NotAllowed (403) unless the person may do this."""
    if not can(user, action, thing):
        raise NotAllowed


def find_or_404(scope: Select[Any], public_id: str) -> Any:
    """The row of a scope with this opaque id. What is outside of the scope does not exist: 404."""
    kind = scope.column_descriptions[0]["entity"]
    row = one(scope.where(kind.public_id == public_id))
    if row is None:
        abort(404)
    return row


def sees_client(user: User, client_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition under which a client is visible. Members of the agency see those of their projects.

    Who looks as somebody else sees nothing of clients that they would not see themselves.
    """
    if not user.is_staff:
        mine = select(Membership.client_id).where(Membership.user_id == user.id)
        viewer = viewer_of(user)
        own = client_id.in_(mine)
        return and_(own, sees_client(viewer, client_id)) if viewer else own
    if can(user, "see_all"):
        return true()
    return or_(*(condition(user, client_id) for condition in _member_sees_clients), false())


def roles_to_give(user: User, thing: Any) -> list[str]:
    """The roles at a client that a person may give to others: all, or those up to their own."""
    if user.is_staff:
        return list(ROLES)
    own = role_at(user, _client_id(thing))
    return list(ROLES[ROLES.index(own) :]) if own else []


def inviting_at(user: User) -> list[Client]:
    """The clients whose people a main contact looks after, by name."""
    numbers = [row.client_id for row in memberships(user) if row.is_main]
    query = select(Client).where(Client.id.in_(numbers), Client.contacts_invite)
    return list(every(query.order_by(Client.name, Client.id))) if numbers else []


def people_who(action: str, client_id: int) -> Select[User]:
    """The people of a client whose role allows something, by name."""
    there = select(Membership.user_id).where(
        Membership.client_id == client_id, Membership.role.in_(roles_that(action))
    )
    return User.present().where(User.id.in_(there)).order_by(User.name, User.id)


def may(action: str, user_id: Any, client_id: Any) -> ColumnElement[bool]:
    """The condition under which a person's role at a client allows something now."""
    there = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.client_id == client_id, Membership.user_id == user_id)
        .where(Membership.role.in_(roles_that(action)), User.removed_at.is_(None))
    )
    return there.correlate_except(Membership, User).exists()


def roles_that(action: str) -> list[str]:
    """The roles of a client's side that allow something."""
    return [role for role, actions in CLIENT_SIDE.items() if action in actions]


def agency_roles_that(action: str) -> list[str]:
    """The roles of the agency that allow something everywhere."""
    return [role for role, actions in AGENCY_SIDE.items() if action in actions]


def role_at(user: User, client_id: int) -> str | None:
    """The role of a person at a client; None for people of the agency and for strangers."""
    membership = _memberships(user).get(client_id)
    return membership.role if membership else None


def memberships(user: User) -> list[Membership]:
    """Where a person belongs, read once per request."""
    return list(_memberships(user).values())


# Members see the clients of the projects they are on; the floor above knows projects and says how.
_member_sees_clients: list[Any] = []


def members_see_clients(condition: Any) -> None:
    """Let a floor above say which clients a member of the agency sees."""
    _member_sees_clients.append(condition)


def _memberships(user: User) -> dict[int, Membership]:
    kept: dict[int, dict[int, Membership]] = g.setdefault("memberships", {})
    if user.id not in kept:
        places = Membership.of_user(user)
        if viewer_of(user):
            places = places.where(sees_client(user, Membership.client_id))
        kept[user.id] = {row.client_id: row for row in every(places)}
    return kept[user.id]


def _client_id(thing: Any) -> int:
    if isinstance(thing, Client):
        return thing.id
    return int(getattr(thing, "client_id", 0) or 0)


def _client_lets_invite(membership: Membership) -> bool:
    client = db.session.get(Client, membership.client_id)
    return client is not None and client.contacts_invite
