"""The dates of a project, and the calendar feed that carries them into people's own calendars."""

from __future__ import annotations

from datetime import date
from typing import Self

from sqlalchemy import ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project
from app.core.models import Model, one
from app.core.tokens import new_public_id, sign, signed


class Milestone(Model):
    """Something that is to be reached on a day."""

    __tablename__ = "milestones"
    __table_args__ = (Index("ix_milestones_project_id_on", "project_id", "on"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="raise")
    title: Mapped[str] = mapped_column(String(160))
    on: Mapped[date] = mapped_column("on")
    done_on: Mapped[date | None]

    @classmethod
    def of_project(cls, project: Project) -> Select[Self]:
        """The milestones of a project by date."""
        return select(cls).where(cls.project_id == project.id).order_by(cls.on, cls.id)

    @classmethod
    def open(cls) -> Select[Self]:
        """Those that are not reached yet, by date."""
        return select(cls).where(cls.done_on.is_(None)).order_by(cls.on, cls.id)

    def is_late(self, today: date) -> bool:
        return self.done_on is None and self.on < today

    def reach(self, day: date) -> None:
        self.done_on = day

    def take_back(self) -> None:
        self.done_on = None


class CalendarFeed(Model):
    """The secret address under which a person's calendar program reads their dates."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    secret: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)

    @classmethod
    def of_user(cls, user: User) -> Self | None:
        """A person's feed, if they have asked for one."""
        return one(select(cls).where(cls.user_id == user.id))

    @classmethod
    def with_token(cls, token: str) -> Self | None:
        """The feed that an address belongs to: signed, not revoked, and its person still has access."""
        secret = signed("calendar", token)
        if not isinstance(secret, str):
            return None
        return one(select(cls).join(User).where(cls.secret == secret, User.removed_at.is_(None)))

    @property
    def token(self) -> str:
        return sign("calendar", self.secret)

    def renew(self) -> None:
        """Give the feed a new address; the old one is dead at once."""
        self.secret = new_public_id()
