"""Viewings: somebody of the agency looks at the portal as a person of a client does, and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Select, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.accounts.sessions import UserSession
from app.core import clock
from app.core.errors import NotAllowed
from app.core.events import Device, record
from app.core.models import UNNESTED, Instant, Model, add, every, one

LIFE = timedelta(minutes=30)


class Viewing(Model):
    """One person seen through the eyes of another, on the device of who looks. It ends by itself."""

    __tablename__ = "viewings"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("user_sessions.id", ondelete="CASCADE"), index=True
    )
    session: Mapped[UserSession] = relationship(lazy="joined", innerjoin=UNNESTED)
    person_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    person: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, index=True)

    @classmethod
    def begin(cls, session: UserSession, person: User) -> Self:
        """Look at the portal as this person does, on this device. Raises NotAllowed for people of the agency."""
        if person.is_staff or not session.user.is_staff or person.removed_at is not None:
            raise NotAllowed(_l("You can only look at the portal as a person of a client does."))
        cls.end_on(session)
        viewing = cls(session=session, person=person, expires_at=clock.now() + LIFE)
        add(viewing)
        return viewing

    @classmethod
    def open_on(cls, session: UserSession) -> Self | None:
        """What is looked at on a device now."""
        mine = (cls.session_id == session.id, cls.ended_at.is_(None), cls.expires_at > clock.now())
        query = select(cls).join(User, User.id == cls.person_id).where(*mine)
        return one(query.where(User.removed_at.is_(None)).order_by(cls.id.desc()).limit(1))

    @classmethod
    def end_on(cls, session: UserSession, where: Device | None = None) -> None:
        """End whatever is looked at on a device."""
        mine = cls._not_ended().where(cls.session_id == session.id)
        for viewing in every(mine.with_for_update(of=cls)):
            viewing.end(clock.now(), where)

    @classmethod
    def over(cls) -> Sequence[Self]:
        """Those that have ended by themselves, and nobody has noted it yet."""
        gone = or_(cls.expires_at <= clock.now(), UserSession.ended_at.is_not(None))
        query = cls._not_ended().join(UserSession, UserSession.id == cls.session_id).where(gone)
        return every(query.order_by(cls.id).with_for_update(of=cls))

    @property
    def by(self) -> User:
        """Who looks."""
        return self.session.user

    def end(self, at: datetime, where: Device | None = None) -> None:
        """Note that nobody looks any more."""
        self.ended_at = min(at, self.expires_at, self.session.ended_at or at)
        facts = {"name": self.person.name, "viewing": self.public_id}
        record(
            "viewing.ended",
            self.person,
            by=self.by,
            where=where,
            internal=True,
            at=self.ended_at,
            **facts,
        )

    @classmethod
    def _not_ended(cls) -> Select[Self]:
        return select(cls).where(cls.ended_at.is_(None))
