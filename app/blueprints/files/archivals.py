"""Archivals: what was put away, by whom and when. Nothing of it is lost."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project
from app.core.filenames import LONGEST
from app.core.models import Model


class Archival(Model):
    """A file that was put away, or a folder with what was in it then."""

    __tablename__ = "archivals"
    __table_args__ = (Index("ix_archivals_project_id_id", "project_id", "id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="raise")
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    name: Mapped[str] = mapped_column(String(LONGEST))
    of_folder: Mapped[bool] = mapped_column(default=False)
