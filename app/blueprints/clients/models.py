"""Clients of the agency, and who belongs to them."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    BigInteger,
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
from app.core.errors import Conflict, DomainError, NotAllowed
from app.core.models import UNNESTED, Model, one
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
ROLE_RIGHTS = {
    "owner": _l("Everything, the settings and the team included."),
    "manager": _l("All clients and all projects."),
    "member": _l("The projects they are on."),
    "approver": _l("Sees everything, comments, uploads files and decides on approvals."),
    "contributor": _l("Sees everything, comments and uploads files."),
    "viewer": _l("Sees everything, and changes nothing."),
}
ROLE_WELCOMES = {
    "owner": _l("You can do everything here, the settings and the team included."),
    "manager": _l("You look after all clients and all projects."),
    "member": _l("You find the projects that you work on."),
    "approver": _l("You can look at everything, comment, upload files and decide on approvals."),
    "contributor": _l("You can look at everything, comment and upload files."),
    "viewer": _l("You can look at everything, whenever you like."),
}
ONLY_AGENCY = _l("Only the agency can name main contacts.")


class LastMainContact(DomainError):
    """A client keeps a main contact; only the agency may take the last one out."""

    status = 409
    sentence = _l("You are the only main contact. Please ask the agency to name another one first.")


class Client(Model):
    """A company or person that the agency works for."""

    __tablename__ = "clients"

    name: Mapped[str] = mapped_column(String(160), index=True)
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    colour: Mapped[str | None] = mapped_column(String(7))
    language: Mapped[str] = mapped_column(String(8), default="de")
    since: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    help: Mapped[str] = mapped_column(Text, default="", server_default="")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    lead: Mapped[User | None] = relationship(lazy="raise")
    contacts_invite: Mapped[bool] = mapped_column(default=True)
    quota: Mapped[int | None] = mapped_column(BigInteger)
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

    def hold(self) -> None:
        """Let nobody else change who belongs here until this transaction ends."""
        hold(self.id)

    def welcome(self, user: User, role: str, *, main: bool = False) -> Membership:
        """Let a person belong to this client. Raises Conflict if they do already."""
        self.hold()
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
    user: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)
    role: Mapped[str] = mapped_column(String(12))
    is_main: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def of_user(cls, user: User) -> Select[Self]:
        """Where a person belongs."""
        return select(cls).where(cls.user_id == user.id).order_by(cls.id)

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The places of people at clients that exist for a person."""
        from app.blueprints.clients import access

        return select(cls).where(access.sees_client(user, cls.client_id))

    def change_role(self, role: str, by: User) -> None:
        """Give another role. Raises NotAllowed if `by` would give, or take, more than they have."""
        self._hold()
        must_not_exceed(self.role, by, self.client_id)
        must_not_exceed(role, by, self.client_id)
        self.role = role

    def make_main(self, is_main: bool, by: User) -> None:
        """Make the person a main contact of the client, or no longer. Raises NotAllowed, Conflict."""
        if not by.is_staff:
            raise NotAllowed(ONLY_AGENCY)
        self._hold()
        self.is_main = is_main

    def end(self, by: User) -> None:
        """Take the person out of the client; without any client left, their access ends at once.

        Raises NotAllowed if they have more rights than `by`, and LastMainContact.
        """
        self._hold()
        must_not_exceed(self.role, by, self.client_id)
        if by.id == self.user_id:
            self._must_not_be_the_last_main_contact()
        db.session.delete(self)
        db.session.flush()
        if one(Membership.of_user(self.user).limit(1)) is None:
            self.user.remove()

    def _hold(self) -> None:
        """Wait for others who change who belongs here, and look again. Raises Conflict."""
        hold(self.client_id)
        fresh = select(Membership).where(Membership.id == self.id)
        if one(fresh.execution_options(populate_existing=True)) is None:
            raise Conflict(_l("This person does not belong to the client any more."))

    def _must_not_be_the_last_main_contact(self) -> None:
        others = select(Membership.id).where(
            Membership.client_id == self.client_id, Membership.is_main, Membership.id != self.id
        )
        if db.session.scalar(others.limit(1)) is None:
            raise LastMainContact


def hold(client_id: int) -> None:
    """Let nobody else change who belongs to a client until this transaction ends."""
    db.session.execute(select(Client.id).where(Client.id == client_id).with_for_update())


def must_not_exceed(role: str, by: User, client_id: int) -> None:
    """Raise NotAllowed if `by` would give a role with more rights than their own at this client."""
    if by.is_staff:
        return
    mine = (Membership.user_id == by.id, Membership.client_id == client_id)
    own = db.session.scalar(select(Membership.role).where(*mine))
    if own is None or ROLES.index(role) < ROLES.index(own):
        raise NotAllowed(_l("You can't give others more rights than you have yourself."))
