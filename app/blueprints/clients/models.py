"""Clients of the agency, and who belongs to them."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Select,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import CLIENT, User
from app.core.errors import Conflict, NotAllowed
from app.core.models import Model, one
from app.extensions import db

ROLES = ("approver", "contributor", "viewer")
ROLE_NAMES = {
    "owner": _l("Owner"),
    "manager": _l("Manager"),
    "member": _l("Team member"),
    "approver": _l("Approves"),
    "contributor": _l("Contributes"),
    "viewer": _l("Reads along"),
}


class Client(Model):
    """A company or person that the agency works for."""

    __tablename__ = "clients"

    name: Mapped[str] = mapped_column(String(160), index=True)
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    colour: Mapped[str | None] = mapped_column(String(7))
    language: Mapped[str] = mapped_column(String(8), default="de")
    since: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    lead: Mapped[User | None] = relationship(lazy="raise")
    contacts_invite: Mapped[bool] = mapped_column(default=True)
    sections: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The clients that exist for a person."""
        from app.blueprints.clients import access

        return select(cls).where(access.sees_client(user, cls.id))

    def people(self) -> Select[Membership]:
        """Who belongs to the client, by name."""
        query = select(Membership).join(User, User.id == Membership.user_id)
        return query.where(Membership.client_id == self.id).order_by(User.name, User.id)

    def membership_of(self, user: User) -> Membership | None:
        """How a person belongs to this client."""
        mine = (Membership.client_id == self.id, Membership.user_id == user.id)
        return one(select(Membership).where(*mine))

    def welcome(self, user: User, role: str, *, main: bool = False) -> Membership:
        """Let a person belong to this client. Raises Conflict if they do already."""
        if self.membership_of(user) is not None:
            raise Conflict(_l("This person belongs to the client already."))
        if user.is_staff:
            raise Conflict(_l("People of the agency can't be on a client's side as well."))
        membership = Membership(client_id=self.id, user_id=user.id, role=role, is_main=main)
        db.session.add(membership)
        db.session.flush()
        return membership

    def shows(self, section: str) -> bool:
        """Whether projects of this client show a section, unless a project says otherwise."""
        return bool(self.sections.get(section, True))

    def show(self, section: str, shown: bool) -> None:
        self.sections = {**self.sections, section: shown}


class Membership(Model):
    """A person at a client, with a role. The side in the key keeps the agency's people out."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("client_id", "user_id"),
        ForeignKeyConstraint(
            ["user_id", "side"], ["users.id", "users.side"], name="fk_memberships_user_side_users"
        ),
        CheckConstraint("side = 'client'", name="client_side"),
        CheckConstraint("role IN ('approver', 'contributor', 'viewer')", name="known_role"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    client: Mapped[Client] = relationship(lazy="raise")
    user_id: Mapped[int] = mapped_column(index=True)
    side: Mapped[str] = mapped_column(String(8), default=CLIENT)
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    role: Mapped[str] = mapped_column(String(12))
    is_main: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def of_user(cls, user: User) -> Select[Self]:
        """Where a person belongs."""
        return select(cls).where(cls.user_id == user.id).order_by(cls.id)

    def change_role(self, role: str, by: User) -> None:
        """Give another role. Raises NotAllowed if `by` would give more than they have."""
        must_not_exceed(role, by, self.client_id)
        self.role = role

    def end(self) -> None:
        """Take the person out of the client; without any client left, their access ends at once."""
        db.session.delete(self)
        db.session.flush()
        if one(Membership.of_user(self.user).limit(1)) is None:
            self.user.remove()


def must_not_exceed(role: str, by: User, client_id: int) -> None:
    """Raise NotAllowed if `by` would give a role with more rights than their own at this client."""
    if by.is_staff:
        return
    own = one(
        select(Membership).where(Membership.user_id == by.id, Membership.client_id == client_id)
    )
    if own is None or ROLES.index(role) < ROLES.index(own.role):
        raise NotAllowed(_l("You can't give others more rights than you have yourself."))
