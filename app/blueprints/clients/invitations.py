"""Invitations: a person is asked by mail to join a client, or the agency itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User, normal_email
from app.blueprints.clients.models import Client
from app.core import clock, mail
from app.core.addresses import full_url
from app.core.agency import Agency
from app.core.errors import Conflict, DomainError, TooMany
from app.core.mail import Recipient
from app.core.models import Instant, Model, one
from app.core.tokens import digest, new_token
from app.extensions import db

LIFE = timedelta(days=14)
PAUSE = timedelta(minutes=10)


class InvitationClosed(DomainError):
    """It was accepted, withdrawn, or is too old."""

    status = 410
    sentence = _l("This invitation is not valid any more.")


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
        lazy="joined", innerjoin=True, foreign_keys=invited_by_id
    )
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @classmethod
    def to_client(
        cls, client: Client, role: str, by: User, *, name: str, email: str, **more: str | bool
    ) -> Self:
        """Invite a person to a client and send the mail. Raises Conflict if that makes no sense."""
        email = normal_email(email)
        known = User.with_email(email)
        if known and known.is_staff:
            raise Conflict(_l("People of the agency can't be on a client's side as well."))
        if known and client.membership_of(known):
            raise Conflict(_l("This person belongs to the client already."))
        return cls._invite(by, name, email, client_id=client.id, client=client, role=role, **more)

    @classmethod
    def to_agency(cls, role: str, by: User, *, name: str, email: str, language: str) -> Self:
        """Invite a person to the agency itself and send the mail. Raises Conflict."""
        email = normal_email(email)
        if User.with_email(email):
            raise Conflict(_l("A person with this address has access already."))
        return cls._invite(by, name, email, agency_role=role, language=language)

    @classmethod
    def with_token(cls, token: str) -> Self | None:
        """The invitation that a link belongs to, whatever became of it."""
        return one(select(cls).where(cls.digest == digest(token)))

    @classmethod
    def pending(cls) -> Select[Self]:
        """The invitations that nobody has answered, run out or not, the latest first."""
        waits = (cls.accepted_at.is_(None), cls.withdrawn_at.is_(None))
        return select(cls).where(*waits).order_by(cls.id.desc())

    @property
    def is_open(self) -> bool:
        """Whether the link still lets the person in."""
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
        known = User.with_email(self.email)
        user = known or self._new_person()
        if self.client:
            self.client.welcome(user, self.role or "viewer", main=self.is_main)
        self.accepted_at, self.user_id = clock.now(), user.id
        return user, known is None

    def withdraw(self) -> None:
        """Close the invitation; its link says so. Raises InvitationClosed if it was answered."""
        if not self.is_pending:
            raise InvitationClosed
        self.withdrawn_at = clock.now()

    def send_again(self) -> None:
        """Send a new link, good for another 14 days; the old one ends. Raises TooMany, InvitationClosed."""
        if not self.is_pending:
            raise InvitationClosed
        if clock.now() - self.sent_at < PAUSE:
            raise TooMany(_l("The mail was sent a few minutes ago. Please wait a little."))
        self._send()

    @classmethod
    def _invite(cls, by: User, name: str, email: str, **more: object) -> Self:
        if more.get("client_id"):
            place = cls.client_id == more["client_id"]
        else:
            place = cls.agency_role.is_not(None)
        earlier = one(cls.pending().where(cls.email == email, place).limit(1))
        if earlier is not None:
            raise Conflict(_l("This address is invited already. You can send the mail again."))
        invitation = cls(name=name, email=email, invited_by=by, **more)
        db.session.add(invitation)
        invitation._send()
        return invitation

    def _send(self) -> None:
        token, moment = new_token(), clock.now()
        self.digest, self.sent_at, self.expires_at = digest(token), moment, moment + LIFE
        db.session.flush()
        mail.queue(
            "invitation",
            Recipient(self.email, self.name, self.language),
            secret=True,
            reply_to=self.invited_by.email,
            invitation=self,
            link=full_url("clients.show_invitation", token=token),
            **({"colour": self.client.colour} if self.client and self.client.colour else {}),
        )

    def _new_person(self) -> User:
        agency = Agency.current()
        zone = agency.time_zone if agency else "Europe/Berlin"
        if self.agency_role:
            return User.join_agency(self.name, self.email, self.agency_role, self.language, zone)
        user = User.join_client(self.name, self.email, self.language, zone)
        user.salutation = self.salutation
        return user
