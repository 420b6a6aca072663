"""Notifications: what a person is to hear of, whether they have seen it, and what became of its mail."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import sees_project
from app.core import clock
from app.core.events import Event
from app.core.mail import Mail
from app.core.models import Instant, Model
from app.extensions import db

WAITS, MAILED, SEEN, UNWANTED, GONE, QUIET = "waits", "mailed", "seen", "unwanted", "gone", "quiet"
"""What became of the mail: it waits, went out, is not needed as it was seen, is not wanted, concerns the
person no longer, or was not to be sent in the first place."""
MANY = 99


class Notification(Model):
    """One thing that one person hears of."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("user_id", "event_id"),
        Index("ix_notifications_user_id_id", "user_id", "id"),
        Index("ix_notifications_user_id_read_at", "user_id", "read_at"),
        Index("ix_notifications_user_id_mail_state", "user_id", "mail_state"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    event: Mapped[Event] = relationship(lazy="raise")
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    mail_state: Mapped[str] = mapped_column(String(10), default=WAITS)
    mail_id: Mapped[int | None] = mapped_column(
        ForeignKey("mails.id", ondelete="SET NULL"), index=True
    )
    mail: Mapped[Mail | None] = relationship(lazy="raise")

    @classmethod
    def of(cls, user: User) -> Select[Self]:
        """What a person has heard of, as far as they still see the project; a page of it gives the order."""
        seen = sees_project(user, cls.project_id, cls.client_id)
        return select(cls).where(cls.user_id == user.id, seen).options(joinedload(cls.event))

    @classmethod
    def unread_of(cls, user: User) -> Select[Self]:
        """What a person has not read yet."""
        return cls.of(user).where(cls.read_at.is_(None))

    @classmethod
    def waiting_for(cls, user_id: int) -> Select[Self]:
        """What the mails to a person are still to tell, the oldest first."""
        mine = (cls.user_id == user_id, cls.mail_state == WAITS)
        return select(cls).where(*mine).options(joinedload(cls.event)).order_by(cls.id)

    @classmethod
    def read_all(cls, user_id: int, path: str = "") -> None:
        """Note that a person has read everything, or all that leads to one page."""
        mine = [cls.user_id == user_id, cls.read_at.is_(None)]
        if path:
            mine.append(cls.path == path)
        db.session.execute(update(cls).where(*mine).values(read_at=clock.now()))

    def read(self) -> None:
        """Note that the person has read it; fine if they had."""
        self.read_at = self.read_at or clock.now()

    def told_by(self, mail: Mail) -> None:
        """Note which mail has told it."""
        self.mail_state, self.mail_id = MAILED, mail.id

    def not_mailed(self, state: str) -> None:
        """Note why no mail tells it."""
        self.mail_state = state
