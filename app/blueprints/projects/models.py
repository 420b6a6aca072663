"""Projects, and who of the agency works on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    and_,
    cast,
    delete,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.login import viewer_of
from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.clients.models import Client, Membership
from app.blueprints.projects.stages import Stage
from app.core import clock
from app.core.errors import Conflict
from app.core.models import Instant, Model, every
from app.extensions import db


class Project(Model):
    """A piece of work for a client: where it stands, how it goes, what comes next."""

    __tablename__ = "projects"
    __table_args__ = (
        Index("ix_projects_client_id_id", "client_id", "id"),
        Index("ix_projects_finished_at_id", "finished_at", "id"),
        Index("ix_projects_archived_at_id", "archived_at", "id"),
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
    kept_at: Mapped[datetime | None] = mapped_column(Instant)
    archival_told_at: Mapped[datetime | None] = mapped_column(Instant)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The projects that exist for a person."""
        return select(cls).where(sees_project(user, cls.id, cls.client_id))

    @classmethod
    def running(cls, user: User) -> Select[Self]:
        """What a person can see and is not finished."""
        return cls.visible_to(user).where(cls.finished_at.is_(None))

    @classmethod
    def finished(cls, user: User) -> Select[Self]:
        """What a person can see and is finished, but not archived."""
        over = (cls.finished_at.is_not(None), cls.archived_at.is_(None))
        return cls.visible_to(user).where(*over)

    @classmethod
    def archived(cls, user: User) -> Select[Self]:
        """What a person can see and has left the lists, long after it was finished."""
        return cls.visible_to(user).where(cls.archived_at.is_not(None))

    @classmethod
    def with_person(cls, user: User) -> ColumnElement[bool]:
        """The condition under which a person of the agency leads a project, or works on it."""
        mine = select(ProjectMember.project_id).where(ProjectMember.user_id == user.id)
        return or_(cls.lead_id == user.id, cls.id.in_(mine))

    @classmethod
    def showing(cls, section: str) -> ColumnElement[bool]:
        """The same as `shows`, as a condition on projects that are joined with their clients."""
        own = cast(cls.sections[section].as_string(), String)
        default = cast(Client.sections[section].as_string(), String)
        return func.coalesce(own, default, "true").not_in(("false", "0"))

    @classmethod
    def start(cls, client: Client, name: str, by: User, **more: Any) -> Self:
        """Begin a project for a client, at the first stage unless said otherwise."""
        more.setdefault("stage_id", Stage.in_order()[0].id)
        more.setdefault("lead_id", by.id)
        project = cls(client_id=client.id, client=client, name=name, **more)
        db.session.add(project)
        db.session.flush()
        project.staff_with({by.id})
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
        mine = (Project.id == self.id, Project.finished_at.is_(None))
        closed = db.session.execute(update(Project).where(*mine).values(finished_at=clock.now()))
        if not closed.rowcount:  # type: ignore[attr-defined]
            raise Conflict(_l("This project is finished already."))
        db.session.refresh(self, ["finished_at"])

    def reopen(self) -> None:
        self.finished_at = self.kept_at = self.archival_told_at = self.archived_at = None

    def keep(self) -> None:
        """Stay in the lists, or come back to them, as if it had been finished now."""
        if not self.is_finished:
            raise Conflict(_l("This project is not finished."))
        self.kept_at, self.archival_told_at, self.archived_at = clock.now(), None, None

    def steps(self, stages: Sequence[Stage]) -> list[tuple[str, str]]:
        """The stages by name, each done, now or next."""
        names = [stage.name for stage in stages]
        at = next((at for at, stage in enumerate(stages) if stage.id == self.stage_id), 0)
        if self.is_finished:
            at = len(names)
        states = ["done"] * at + ["now"] + ["next"] * len(names)
        return list(zip(names, states, strict=False))

    def team(self) -> Select[User]:
        """The agency's people on this project, by name."""
        mine = select(ProjectMember.user_id).where(ProjectMember.project_id == self.id)
        return User.staff().where(User.id.in_(mine))

    def staff_who_see(self) -> Select[User]:
        """The agency's people for whom this project exists, by name."""
        mine = select(ProjectMember.user_id).where(ProjectMember.project_id == self.id)
        sees = User.agency_role.in_(access.agency_roles_that("see_all"))
        return User.staff().where(or_(sees, User.id.in_(mine)))

    def people_who_see(self, section: str) -> Select[User]:
        """The client's people for whom a section of this project exists, by name."""
        there = select(Membership.user_id).where(Membership.client_id == self.client_id)
        people = User.present().where(User.id.in_(there)).order_by(User.name, User.id)
        return people if self.shows(section) else people.where(false())

    def hand_to(self, lead: User) -> None:
        """Let a person of the agency lead the project."""
        self.lead_id = lead.id
        self.staff_with([person.id for person in every(self.team())])

    def staff_with(self, user_ids: Iterable[int]) -> None:
        """Put exactly these people of the agency on the project, and who leads it: they must see it."""
        wanted = {*user_ids, self.lead_id} - {None}
        db.session.execute(select(Project.id).where(Project.id == self.id).with_for_update())
        mine = ProjectMember.project_id == self.id
        db.session.execute(delete(ProjectMember).where(mine, ProjectMember.user_id.not_in(wanted)))
        there = set(every(select(ProjectMember.user_id).where(mine)))
        rows = [ProjectMember(project_id=self.id, user_id=each) for each in wanted - there]
        db.session.add_all(rows)
        db.session.flush()


class ProjectMember(Model):
    """A person of the agency who works on a project."""

    __tablename__ = "project_members"
    __table_args__ = (UniqueConstraint("project_id", "user_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


def sees_project(user: User, project_id: Any, client_id: Any) -> ColumnElement[bool]:
    """The condition under which a project is visible: a client's people see theirs, members those they are on.

    Members who look as a client's person see those of that person that they are on themselves.
    """
    if viewer := viewer_of(user):
        theirs = access.sees_client(user, client_id)
        return and_(theirs, sees_project(viewer, project_id, client_id))
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
