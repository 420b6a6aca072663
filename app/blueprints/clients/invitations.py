"""Invitations: a person is asked by mail to join a client, or the agency itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    String,
    Update,
    and_,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import AGENCY, CLIENT, AlreadyKnown, User, normal_email
from app.blueprints.clients import access, welcome
from app.blueprints.clients.links import LIFE, PAUSE, InvitationClosed
from app.blueprints.clients.models import ONLY_AGENCY, Client, must_not_exceed
from app.core import clock
from app.core.agency import Agency
from app.core.errors import Conflict, NotAllowed, TooMany
from app.core.models import UNNESTED, Instant, Model, one
from app.extensions import db

# Called with an invitation that was just accepted, and with who accepted it; for the floors above.
ON_ACCEPTED: list[Callable[[Invitation, User], None]] = []


class Invitation(Model):
    """One person asked to join, with a role. Its link opens a page; a button on it accepts."""

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("(client_id IS NULL) = (agency_role IS NOT NULL)", name="one_place"),
        CheckConstraint("(client_id IS NULL) = (role IS NULL)", name="role_fits_place"),
    )

    name: Mapped[str] = mapped_column(String(120))
    salutation: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(254), index=True)
    language: Mapped[str] = mapped_column(String(8))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"), index=True)
    client: Mapped[Client | None] = relationship(lazy="joined")
    role: Mapped[str | None] = mapped_column(String(12))
    is_main: Mapped[bool] = mapped_column(default=False)
    agency_role: Mapped[str | None] = mapped_column(String(12))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    invited_by: Mapped[User] = relationship(
        lazy="joined", innerjoin=UNNESTED, foreign_keys=invited_by_id
    )
    sent_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @classmethod
    def to_client(
        cls, client: Client, role: str, by: User, *, name: str, email: str, **more: str | bool
    ) -> Self:
        """Invite a person to a client and send the mail. Raises Conflict if that makes no sense.

        Raises NotAllowed if `by` would give more rights than they have.
        """
        client.hold()
        must_not_exceed(role, by, client.id)
        if more.get("is_main") and not by.is_staff:
            raise NotAllowed(ONLY_AGENCY)
        known = User.with_email(email)
        if known and known.is_staff:
            raise Conflict(_l("People of the agency can't be on a client's side as well."))
        if known and client.membership_of(known):
            raise Conflict(_l("This person belongs to the client already."))
        return cls._invite(by, name, email, client_id=client.id, client=client, role=role, **more)

    @classmethod
    def to_agency(cls, role: str, by: User, *, name: str, email: str, language: str) -> Self:
        """Invite a person to the agency itself and send the mail. Raises Conflict."""
        db.session.execute(select(Agency.id).with_for_update())
        if User.with_email(email):
            raise AlreadyKnown
        return cls._invite(by, name, email, agency_role=role, language=language)

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The invitations that exist for a person: to clients that they see; owners see the agency's too."""
        to_agency = cls.client_id.is_(None) if access.can(user, "run_portal") else false()
        to_client = and_(cls.client_id.is_not(None), access.sees_client(user, cls.client_id))
        return select(cls).where(or_(to_agency, to_client))

    @classmethod
    def pending(cls) -> Select[Self]:
        """The invitations that nobody has answered, run out or not, the latest first."""
        return select(cls).where(*cls._unanswered()).order_by(cls.id.desc())

    @classmethod
    def pending_at(cls, client: Client | None) -> Select[Self]:
        """Those to one client; without a client, those to the agency."""
        return cls.pending().where(cls.client_id == (client.id if client else None))

    @classmethod
    def who_will(cls, action: str, client_id: int) -> Select[Self]:
        """Those to a client that wait for an answer, and will let the person do something, by name."""
        there = (cls.client_id == client_id, cls.role.in_(access.roles_that(action)))
        return select(cls).where(*cls._unanswered(), *there).order_by(cls.name, cls.id)

    @property
    def is_open(self) -> bool:
        """Whether its latest link still lets the person in."""
        return self.is_pending and self.expires_at > clock.now()

    @property
    def is_pending(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def called(self) -> str:
        """How the person is spoken to."""
        return self.salutation or self.name

    def accept(self) -> tuple[User, bool]:
        """Let the person in. Returns them, and whether they are new here. Raises InvitationClosed.

        A new person is signed in by this. Somebody who has an account already only gains a place: an old
        invitation mail must not be a key to it.
        """
        if not self.is_open:
            raise InvitationClosed
        self._answer(accepted_at=clock.now())
        user, is_new = self._person()
        if self.client:
            self.client.welcome(user, self.role or "viewer", main=self.is_main)
        self.user_id = user.id
        for happens in ON_ACCEPTED:
            happens(self, user)
        return user, is_new

    def withdraw(self, by: User) -> None:
        """Close the invitation; its links say so. Raises InvitationClosed if it was answered.

        Raises NotAllowed if it gives more rights than `by` have themselves.
        """
        if self.role and self.client_id:
            must_not_exceed(self.role, by, self.client_id)
        self._answer(withdrawn_at=clock.now())

    def move_to(self, email: str, by: User) -> Self:
        """Invite the same person at another address; what was sent to this one does not work any more."""
        assert self.client is not None, "who is invited to the agency is invited anew"
        self.withdraw(by)
        return self.to_client(
            self.client,
            self.role or "viewer",
            by,
            name=self.name,
            email=email,
            language=self.language,
            is_main=self.is_main,
            salutation=self.salutation,
        )

    def send_again(self) -> None:
        """Send another link, good for 14 days. Raises TooMany, InvitationClosed.

        Links that were sent before work until their own end: a slow mail must not bring a dead one.
        """
        kind, moment = type(self), clock.now()
        mine = update(kind).where(
            kind.id == self.id, *self._unanswered(), kind.sent_at <= moment - PAUSE
        )
        if _changed(mine.values(sent_at=moment)):
            self._send()
        elif self.is_pending:
            raise TooMany(welcome.JUST_SENT)
        else:
            raise InvitationClosed

    @classmethod
    def _invite(cls, by: User, name: str, email: str, **more: Any) -> Self:
        email, client = normal_email(email), more.get("client")
        if one(cls.pending_at(client).where(cls.email == email).limit(1)) is not None:
            raise Conflict(_l("This address is invited already. You can send the mail again."))
        side = CLIENT if client else AGENCY
        if one(select(User.id).where(User.email == email, User.side != side)) is not None:
            # They were removed, but nobody changes sides: accepting would not work.
            raise Conflict(
                _l("Somebody on the other side of the portal had this address. Please use another.")
            )
        invitation = cls(name=name, email=email, invited_by=by, **more)
        db.session.add(invitation)
        invitation._send()
        return invitation

    def _send(self) -> None:
        self.sent_at = clock.now()
        self.expires_at = self.sent_at + LIFE
        db.session.flush()
        welcome.send(self)

    def _answer(self, **answer: datetime) -> None:
        """Note what became of it; of two answers at once, the first holds. Raises InvitationClosed."""
        kind = type(self)
        mine = update(kind).where(kind.id == self.id, *self._unanswered())
        if not _changed(mine.values(answer)):
            raise InvitationClosed

    def _person(self) -> tuple[User, bool]:
        known = User.with_email(self.email)
        if known is None:
            try:
                with db.session.begin_nested():
                    return self._new_person(), True
            except IntegrityError:
                # They accepted another invitation in this very moment, and are known by now.
                known = User.with_email(self.email)
        if known is None or self.agency_role:
            raise AlreadyKnown
        return known, False

    def _new_person(self) -> User:
        agency = Agency.current()
        zone = agency.time_zone if agency else "Europe/Berlin"
        if self.agency_role:
            return User.join_agency(self.name, self.email, self.agency_role, self.language, zone)
        user = User.join_client(self.name, self.email, self.language, zone)
        user.salutation = self.salutation
        return user

    @classmethod
    def is_unanswered(cls) -> ColumnElement[bool]:
        """The condition under which nobody has answered an invitation."""
        return and_(*cls._unanswered())

    @classmethod
    def _unanswered(cls) -> tuple[Any, ...]:
        return (cls.accepted_at.is_(None), cls.withdrawn_at.is_(None))


def _changed(statement: Update) -> bool:
    """Whether an update has changed its row."""
    return bool(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]
