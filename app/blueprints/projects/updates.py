"""What the agency tells about a project: updates for the client, and notes that stay inside."""

from __future__ import annotations

from typing import Self

from sqlalchemy import ForeignKey, Index, Select, String, Text, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.clients.sections import UPDATES
from app.blueprints.projects.models import Project
from app.blueprints.projects.visibility import projects_showing
from app.core.models import Model
from app.extensions import db


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
    def visible_to(cls, user: User) -> Select[Self]:
        """The updates that exist for a person."""
        return select(cls).where(cls.project_id.in_(projects_showing(user, UPDATES.name)))

    @classmethod
    def of_project(cls, project: Project) -> Select[Self]:
        """The updates of a project, with their authors; a page of them gives the order."""
        query = select(cls).where(cls.project_id == project.id)
        return query.options(joinedload(cls.author))

    @classmethod
    def post(cls, project: Project, by: User, title: str, body: str) -> Self:
        """Tell the client something."""
        update = cls(project_id=project.id, author_id=by.id, title=title, body=body)
        db.session.add(update)
        db.session.flush()
        return update


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
        """The notes on a project, with their authors; a page of them gives the order."""
        query = select(cls).where(cls.project_id == project.id)
        return query.options(joinedload(cls.author))

    @classmethod
    def write(cls, project: Project, by: User, body: str) -> Self:
        """Tell the agency's people something."""
        note = cls(project_id=project.id, author_id=by.id, body=body)
        db.session.add(note)
        db.session.flush()
        return note
