"""Signed-in devices: each is a row, so that it can be listed and ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Self

from sqlalchemy import ForeignKey, Select, String, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from app.blueprints.accounts.models import User
from app.core import clock
from app.core.database import may_write, writing
from app.core.events import Device
from app.core.gauges import Gauge
from app.core.models import UNNESTED, Instant, Model
from app.core.tokens import digest, new_token
from app.extensions import db

if TYPE_CHECKING:
    from sqlalchemy.sql.elements import ColumnElement

IDLE = timedelta(days=30)
ABSOLUTE = timedelta(days=180)
TOUCH = timedelta(minutes=5)
KEEP = timedelta(days=30)


class UserSession(Model):
    """A person signed in on one device. The browser holds a secret, the row its digest."""

    __tablename__ = "user_sessions"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    user: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    seen_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def begin(cls, user: User, where: Device) -> tuple[Self, str]:
        """Sign a person in on a device; returns the row and the secret for the browser."""
        secret = new_token()
        row = cls(user=user, digest=digest(secret), device=where.name, address=where.address)
        db.session.add(row)
        user.came_by(clock.now())
        db.session.flush()
        return row, secret

    @classmethod
    def of_secret(cls, secret: str) -> Self | None:
        """The session that a browser's secret belongs to, if it is still good."""
        moment = clock.now()
        values = {"digest": digest(secret), "seen": moment - IDLE, "begun": moment - ABSOLUTE}
        return db.session.scalars(cls._good_one(), values).one_or_none()

    @classmethod
    @cache
    def _good_one(cls) -> Select[Self]:
        """The statement that each request begins with, put together once."""
        seen, begun = (bindparam(name, type_=Instant()) for name in ("seen", "begun"))
        good = (cls.ended_at.is_(None), cls.seen_at > seen, cls.created_at > begun)
        mine = (cls.digest == bindparam("digest"), User.removed_at.is_(None))
        return select(cls).join(cls.user).options(contains_eager(cls.user)).where(*mine, *good)

    @classmethod
    def open(cls) -> Select[Self]:
        """The sessions that are neither ended nor too old."""
        return select(cls).where(*cls._good())

    @classmethod
    def of_user(cls, user: User) -> Select[Self]:
        """The devices on which a person is signed in."""
        return cls.open().where(cls.user_id == user.id)

    @classmethod
    def end_all(cls, user: User, but: Self | None = None) -> None:
        """Sign the person out everywhere, except on one device if wanted."""
        rows = update(cls).where(cls.user_id == user.id, cls.ended_at.is_(None))
        if but is not None:
            rows = rows.where(cls.id != but.id)
        db.session.execute(rows.values(ended_at=clock.now()))

    @classmethod
    def forget_old(cls) -> None:
        """Delete what ended, or ran out, so long ago that nobody asks for it any more."""
        before = clock.now() - KEEP
        over = or_(
            cls.ended_at < before, cls.seen_at < before - IDLE, cls.created_at < before - ABSOLUTE
        )
        db.session.execute(delete(cls).where(over))

    def end(self) -> None:
        self.ended_at = clock.now()

    def touch(self) -> None:
        """Note, at most every few minutes, that the device is in use.

        A request that only reads notes it in a short transaction of its own.
        """
        moment = clock.now()
        if moment - self.seen_at < TOUCH:
            return
        if may_write():
            self.seen_at = moment
            self.user.came_by(moment)
        else:
            self._touch_aside(moment)

    def _touch_aside(self, moment: datetime) -> None:
        with writing(), Session(db.engine) as aside:
            row = aside.get(UserSession, self.id)
            if row is not None:
                row.seen_at = moment
                row.user.came_by(moment)
                # This request's own transaction began before: it is told what it can't see.
                set_committed_value(self.user, "last_visit_at", row.user.last_visit_at)
                aside.commit()

    @classmethod
    def _good(cls) -> tuple[ColumnElement[bool], ...]:
        moment = clock.now()
        return (
            cls.ended_at.is_(None),
            cls.seen_at > moment - IDLE,
            cls.created_at > moment - ABSOLUTE,
        )


def gauges() -> Iterator[Gauge]:
    """How many devices are signed in."""
    count = db.session.scalar(select(func.count()).select_from(UserSession.open().subquery()))
    yield Gauge("foyer_sessions", "Devices that are signed in.", count or 0)
