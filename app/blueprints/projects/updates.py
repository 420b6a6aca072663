"""What the agency tells about a project: updates for the client, and notes that stay inside."""

from __future__ import annotations

from typing import Self

from sqlalchemy import ForeignKey, Index, Select, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project
from app.core.models import Model


class Update(Model):
    """A short post in Markdown on how the project goes; the client reads it."""

    __tablename__ = "updates"
    __table_args__ = (Index("ix_updates_project_id_id", "project_id", "id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="raise")
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship(lazy="raise")
    title: Mapped[str] = mapped_column(String(160))
    body: Mapped[str] = mapped_column(Text)

    @classmethod
    def of_project(cls, project: Project) -> Select[Self]:
        """The updates of a project, the latest first."""
        return select(cls).where(cls.project_id == project.id).order_by(cls.id.desc())


class Note(Model):
    """A note of the agency's people among themselves. Its own kind of thing: no client ever sees one."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_project_id_id", "project_id", "id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="raise")
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship(lazy="raise")
    body: Mapped[str] = mapped_column(Text)

    @classmethod
    def of_project(cls, project: Project) -> Select[Self]:
        """The notes on a project, the latest first."""
        return select(cls).where(cls.project_id == project.id).order_by(cls.id.desc())
