"""The dates of a project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Self

from sqlalchemy import Date, ForeignKey, Index, Select, String, bindparam, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project, sees_project
from app.core.models import Model
from app.extensions import db


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
    def visible_to(cls, user: User) -> Select[Self]:
        """The milestones of the projects that exist for a person."""
        query = select(cls).join(Project, Project.id == cls.project_id)
        return query.where(sees_project(user, Project.id, Project.client_id))

    @classmethod
    def of_project(cls, project: Project) -> Select[Self]:
        """The milestones of a project; a page of them gives the order."""
        return select(cls).where(cls.project_id == project.id)

    @classmethod
    def plan(cls, project: Project, title: str, on: date) -> Self:
        """Name a day and what is to be reached on it."""
        milestone = cls(project_id=project.id, title=title, on=on)
        db.session.add(milestone)
        db.session.flush()
        return milestone

    @classmethod
    def open(cls) -> Select[Self]:
        """Those that are not reached yet, by date."""
        return select(cls).where(cls.done_on.is_(None)).order_by(cls.on, cls.id)

    @classmethod
    def next_of(cls, project_ids: Sequence[int], since: date | None = None) -> dict[int, Self]:
        """The next open one of each project, by the project's number; with `since`, not before that day."""
        if not project_ids:
            return {}
        values = {"projects": project_ids, "since": since or date.min}
        found = db.session.scalars(cls._first_of_each(), values)
        return {milestone.project_id: milestone for milestone in found}

    @classmethod
    @cache
    def _first_of_each(cls) -> Select[Self]:
        """The statement, put together once: the first open one of each of some projects."""
        place = func.row_number().over(partition_by=cls.project_id, order_by=(cls.on, cls.id))
        some = cls.project_id.in_(bindparam("projects", expanding=True))
        query = select(cls, place.label("place")).where(cls.done_on.is_(None), some)
        open_ones = query.where(cls.on >= bindparam("since", type_=Date)).subquery()
        return select(aliased(cls, open_ones)).where(open_ones.c.place == 1)

    def is_late(self, today: date) -> bool:
        return self.done_on is None and self.on < today

    def reach(self, day: date) -> bool:
        """Tick it off; says whether that changed something."""
        was_open = self.done_on is None
        self.done_on = self.done_on or day
        return was_open

    def take_back(self) -> bool:
        """Open it again; says whether that changed something."""
        was_done = self.done_on is not None
        self.done_on = None
        return was_done
