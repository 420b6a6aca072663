"""People."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.blueprints.accounts.zones import is_zone
from app.core import clock
from app.core.errors import DomainError
from app.core.mail import Mail, Recipient
from app.core.models import Instant, Model, one
from app.extensions import db

AGENCY, CLIENT = "agency", "client"
AGENCY_ROLES = ("owner", "manager", "member")
LANGUAGES = ("de", "en")
VISIT = timedelta(minutes=30)


class LastOwner(DomainError):
    """An agency must never be without an owner."""

    sentence = _l("Somebody must own the portal. Please make another person an owner first.")


class AlreadyKnown(DomainError):
    """The address belongs to a person already."""

    status = 409
    sentence = _l("A person with this address has access already.")


def normal_email(raw: str) -> str:
    """An address as it is compared and stored: NFKC, trimmed, lower case."""
    return unicodedata.normalize("NFKC", raw).strip().lower()


# Called with a person whose access has just been taken away; the floors above end what they have given.
ON_REMOVED: list[Callable[[User], None]] = []


class User(Model):
    """A person, on the agency's side or on a client's, never on both.

    The side is part of the row's key for others: a membership refers to (id, side) with side = 'client',
    a role at the agency is there exactly for side = 'agency'. So the database itself refuses a mixture.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("id", "side"),
        CheckConstraint("(side = 'agency') = (agency_role IS NOT NULL)", name="role_fits_side"),
        CheckConstraint("side IN ('agency', 'client')", name="known_side"),
    )

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    side: Mapped[str] = mapped_column(String(8))
    agency_role: Mapped[str | None] = mapped_column(String(12))
    salutation: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(8), default="de")
    time_zone: Mapped[str] = mapped_column(String(64), default="Europe/Berlin")
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    last_visit_at: Mapped[datetime | None] = mapped_column(Instant)
    toured_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)

    # What Flask-Login asks; whoever was removed has no session that could be found.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    @classmethod
    def with_email(cls, email: str) -> Self | None:
        """The person who signs in with this address."""
        return one(cls.present().where(cls.email == normal_email(email)))

    @classmethod
    def present(cls) -> Select[Self]:
        """The people who may sign in."""
        return select(cls).where(cls.removed_at.is_(None))

    @classmethod
    def staff(cls) -> Select[Self]:
        """The agency's people, by name."""
        return cls.present().where(cls.side == AGENCY).order_by(cls.name, cls.id)

    @classmethod
    def join_agency(cls, name: str, email: str, role: str, language: str, time_zone: str) -> Self:
        """Make a person of the agency. Raises AlreadyKnown if the address has access already."""
        return cls._join(name, email, AGENCY, language, time_zone, agency_role=role)

    @classmethod
    def join_client(cls, name: str, email: str, language: str, time_zone: str) -> Self:
        """Make a person of a client. Raises AlreadyKnown if the address has access already."""
        return cls._join(name, email, CLIENT, language, time_zone)

    @property
    def is_staff(self) -> bool:
        return self.side == AGENCY

    @property
    def is_owner(self) -> bool:
        return self.agency_role == "owner"

    @property
    def initials(self) -> str:
        """One or two letters for the person's disc."""
        words = [word for word in self.name.split() if word[0].isalpha()] or ["?"]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    @property
    def called(self) -> str:
        """How the person is spoken to: "Frau Sonnenschein", or the name."""
        return self.salutation or self.name

    @property
    def recipient(self) -> Recipient:
        return Recipient(self.email, self.name, self.language, self.id, self.time_zone)

    def change_role(self, role: str) -> None:
        """Give a person of the agency another role. Raises LastOwner."""
        if self.is_owner and role != "owner":
            self._must_not_be_the_last_owner()
        self.agency_role = role

    def remove(self) -> None:
        """Take away the person's access, at once and everywhere. Raises LastOwner."""
        from app.blueprints.accounts.sessions import UserSession

        if self.is_owner:
            self._must_not_be_the_last_owner()
        self.removed_at = clock.now()
        UserSession.end_all(self)
        for happens in ON_REMOVED:
            happens(self)

    def move_to(self, email: str) -> None:
        """Give the person another address to sign in with. Raises AlreadyKnown if somebody else has it.

        Whoever reads the mails of the old one is out at once.
        """
        from app.blueprints.accounts.sessions import UserSession
        from app.blueprints.accounts.signin import SignInLink

        kind, email = type(self), normal_email(email)
        if one(select(kind.id).where(kind.email == email, kind.id != self.id)) is not None:
            raise AlreadyKnown
        self.email = email
        UserSession.end_all(self)
        SignInLink.end_all(self)
        Mail.follow(self.id, email)

    def came_by(self, moment: datetime) -> None:
        """Note that the person is here; after half an hour away a new visit begins."""
        if self.seen_at and moment - self.seen_at > VISIT:
            self.last_visit_at = self.seen_at
        self.seen_at = moment

    @classmethod
    def _join(
        cls, name: str, email: str, side: str, language: str, time_zone: str, **more: str
    ) -> Self:
        email = normal_email(email)
        person = one(select(cls).where(cls.email == email))
        if person is None:
            person = cls(email=email, side=side, **more)
            db.session.add(person)
        elif person.removed_at is None or person.side != side:
            raise AlreadyKnown
        person.name, person.removed_at = name, None
        person.agency_role = more.get("agency_role")
        person.language = language if language in LANGUAGES else LANGUAGES[0]
        person.time_zone = time_zone if is_zone(time_zone) else "Europe/Berlin"
        db.session.flush()
        return person

    def _must_not_be_the_last_owner(self) -> None:
        # All of them are held, in one order: two owners who let go of each other wait, and don't deadlock.
        kind = type(self)
        owners = kind.present().where(kind.agency_role == "owner").order_by(kind.id)
        numbers = db.session.scalars(owners.with_only_columns(kind.id).with_for_update()).all()
        if set(numbers) <= {self.id}:
            raise LastOwner
