"""Projects, their stages, and who of the agency works on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.clients.models import Client
from app.core import clock
from app.core.errors import Conflict
from app.core.models import Instant, Model, every, one
from app.extensions import db

HEALTH = {
    "on_course": _l("On course"),
    "waiting": _l("Waits for you"),
    "at_risk": _l("At risk"),
    "late": _l("Late"),
    "paused": _l("Paused"),
}


class Stage(Model):
    """A step of the agency's own list, which every project walks along."""

    __tablename__ = "stages"

    name: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(index=True)
    colour: Mapped[str] = mapped_column(String(7), default="#777777")

    @classmethod
    def in_order(cls) -> Sequence[Self]:
        """The whole list; an agency has a handful of them."""
        return every(select(cls).order_by(cls.position, cls.id))

    def remove(self) -> None:
        """Take the stage out of the list. Raises Conflict while a project stands there."""
        if one(select(Project.id).where(Project.stage_id == self.id).limit(1)) is not None:
            raise Conflict(_l("Projects are at this stage. Please move them first."))
        db.session.delete(self)


class Project(Model):
    """A piece of work for a client: where it stands, how it goes, what comes next."""

    __tablename__ = "projects"
    __table_args__ = (
        Index("ix_projects_client_id_id", "client_id", "id"),
        Index("ix_projects_finished_at_id", "finished_at", "id"),
    )

    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    client: Mapped[Client] = relationship(lazy="raise")
    name: Mapped[str] = mapped_column(String(160))
    about: Mapped[str] = mapped_column(Text, default="")
    stage_id: Mapped[int] = mapped_column(ForeignKey("stages.id"), index=True)
    stage: Mapped[Stage] = relationship(lazy="raise")
    health: Mapped[str] = mapped_column(String(12), default="on_course")
    words: Mapped[str] = mapped_column(Text, default="")
    words_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    words_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=words_by_id)
    words_at: Mapped[datetime | None] = mapped_column(Instant)
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    lead: Mapped[User | None] = relationship(lazy="raise", foreign_keys=lead_id)
    sections: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The projects that exist for a person."""
        return select(cls).where(sees_project(user, cls.id, cls.client_id))

    @classmethod
    def start(cls, client: Client, name: str, by: User, **more: Any) -> Self:
        """Begin a project for a client, at the first stage unless said otherwise."""
        more.setdefault("stage_id", Stage.in_order()[0].id)
        more.setdefault("lead_id", by.id)
        project = cls(client_id=client.id, client=client, name=name, **more)
        db.session.add(project)
        db.session.flush()
        for user_id in {by.id, project.lead_id} - {None}:
            db.session.add(ProjectMember(project_id=project.id, user_id=user_id))
        return project

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    def shows(self, section: str) -> bool:
        """Whether the client sees a section of this project: its own word, else the client's default."""
        own = self.sections.get(section)
        return self.client.shows(section) if own is None else bool(own)

    def show(self, section: str, shown: bool | None) -> None:
        """Show or hide a section for this project; None follows the client's default again."""
        rest = {name: value for name, value in self.sections.items() if name != section}
        self.sections = rest if shown is None else {**rest, section: shown}

    def report(self, health: str, words: str, by: User) -> None:
        """Say in a sentence or two how the project goes."""
        self.health, self.words, self.words_by_id, self.words_at = health, words, by.id, clock.now()

    def finish(self) -> None:
        """Close the project; everything in it stays readable. Raises Conflict if it is closed."""
        if self.is_finished:
            raise Conflict(_l("This project is finished already."))
        self.finished_at = clock.now()

    def reopen(self) -> None:
        self.finished_at = None

    def team(self) -> Select[User]:
        """The agency's people on this project, by name."""
        mine = select(ProjectMember.user_id).where(ProjectMember.project_id == self.id)
        return User.staff().where(User.id.in_(mine))


class ProjectMember(Model):
    """A person of the agency who works on a project."""

    __tablename__ = "project_members"
    __table_args__ = (UniqueConstraint("project_id", "user_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


def sees_project(user: User, project_id: Any, client_id: Any) -> ColumnElement[bool]:
    """The condition under which a project is visible: a client's people see theirs, members those they are on."""
    if not user.is_staff or access.can(user, "see_all"):
        return access.sees_client(user, client_id)
    mine = select(ProjectMember.project_id).where(ProjectMember.user_id == user.id)
    condition: ColumnElement[bool] = project_id.in_(mine)
    return condition


def _clients_of_own_projects(user: User, client_id: Any) -> ColumnElement[bool]:
    mine = (
        select(Project.client_id)
        .join(ProjectMember, ProjectMember.project_id == Project.id)
        .where(ProjectMember.user_id == user.id)
    )
    condition: ColumnElement[bool] = client_id.in_(mine)
    return condition


access.members_see_clients(_clients_of_own_projects)
