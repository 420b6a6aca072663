"""Enclosures: the pictures that an update shows, and the files that it points to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import ColumnElement, ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.files import hooks
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.updates import Update
from app.core.models import Model, add

LONGEST_ALT = 300


class Enclosure(Model):
    """A version that goes with an update, and stays this version: shown as a picture, or named with a link.

    Whoever reads the update sees it, as long as its file is shared.
    """

    __tablename__ = "enclosures"
    __table_args__ = (UniqueConstraint("update_id", "version_id"),)

    update_id: Mapped[int] = mapped_column(ForeignKey("updates.id"))
    version_id: Mapped[int] = mapped_column(
        ForeignKey("versions.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[Version] = relationship(lazy="raise")
    is_picture: Mapped[bool]
    alt: Mapped[str] = mapped_column(String(LONGEST_ALT), default="")

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The enclosures that exist for a person: those of updates that do; for clients, of what is shared."""
        updates = Update.visible_to(user).with_only_columns(Update.id)
        query = select(cls).where(cls.update_id.in_(updates))
        if user.is_staff:
            return query
        shared = select(Version.id).join(Version.file).where(File.shared_at.is_not(None))
        return query.where(cls.version_id.in_(shared))

    @classmethod
    def of_updates(cls, updates: Sequence[Update], user: User) -> Select[Self]:
        """What goes with some updates, in the order in which it was put there."""
        mine = cls.update_id.in_([update.id for update in updates])
        file = joinedload(cls.version).joinedload(Version.file)
        whole = file.joinedload(File.project).joinedload(Project.client)
        return cls.visible_to(user).where(mine).options(whole).order_by(cls.id)

    @classmethod
    def show(cls, update: Update, version: Version, alt: str) -> Self:
        """Let an update show a picture; `alt` says what there is to see."""
        return cls._enclose(update, version, is_picture=True, alt=alt)

    @classmethod
    def point_to(cls, update: Update, version: Version) -> Self:
        """Let an update name a version of a file."""
        return cls._enclose(update, version, is_picture=False)

    @classmethod
    def _enclose(cls, update: Update, version: Version, **how: Any) -> Self:
        enclosure = cls(update_id=update.id, version=version, **how)
        add(enclosure)
        return enclosure


def shown_in_updates(user: User) -> ColumnElement[bool]:
    """The pictures that a person sees because an update that they read shows them."""
    updates = Update.visible_to(user).with_only_columns(Update.id)
    pictures = select(Enclosure.version_id).where(
        Enclosure.is_picture, Enclosure.update_id.in_(updates)
    )
    condition: ColumnElement[bool] = Version.id.in_(pictures)
    return condition


hooks.ALSO_SHOWN.append(shown_in_updates)
