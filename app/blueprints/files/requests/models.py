"""Requests for files: what is needed, why, until when, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.files.requests.items import GIVEN, MISSING, Overtaken, RequestedItem
from app.blueprints.projects.models import Project
from app.blueprints.projects.visibility import projects_showing
from app.core import clock
from app.core.errors import Conflict
from app.core.models import UNNESTED, Instant, Model, add, every
from app.extensions import db

FINISHED = _l("This project is finished. What is in it can be read, but not changed.")
MOST_ITEMS = 30


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is needed, in a few words, and how it should be; `item`: if it was asked for before."""

    title: str
    hint: str = ""
    item: str = ""


class FileRequest(Model):
    """Some things that the agency needs from a client. Done once all of them are accepted."""

    __tablename__ = "file_requests"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'closed')", name="known_state"),
        Index("ix_file_requests_project_id_state_id", "project_id", "state", "id"),
        Index("ix_file_requests_state_due_at", "state", "due_at"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=UNNESTED)
    title: Mapped[str] = mapped_column(String(160))
    message: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    folder_id: Mapped[int | None] = mapped_column(
        ForeignKey("folders.id", ondelete="SET NULL"), index=True
    )
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_by: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)
    asked_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    state: Mapped[str] = mapped_column(String(12), default="open")
    state_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    items: Mapped[list[RequestedItem]] = relationship(
        primaryjoin="and_(FileRequest.id == foreign(RequestedItem.request_id),"
        " RequestedItem.state != 'withdrawn')",
        order_by="RequestedItem.id",
        viewonly=True,
        lazy="raise",
    )

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The requests that exist for a person: those of projects that show them their files."""
        return select(cls).where(cls.project_id.in_(projects_showing(user, "files")))

    @classmethod
    def of_project(cls, user: User, project: Project) -> Select[Self]:
        """The requests of a project that a person sees."""
        return cls.visible_to(user).where(cls.project_id == project.id)

    @classmethod
    def missing(cls, user: User) -> Select[Self]:
        """The requests that a person sees and for which the client has to give something."""
        return cls._running(user, MISSING)

    @classmethod
    def given(cls, user: User) -> Select[Self]:
        """The requests that a person sees and for which the agency has to look at something."""
        return cls._running(user, GIVEN)

    @classmethod
    def waiting_for(cls, user: User) -> Select[Self]:
        """The requests for which a person of a client can give what is missing."""
        theirs = access.may("upload", user.id, Project.client_id)
        return cls.missing(user).where(cls.project_id.in_(select(Project.id).where(theirs)))

    @classmethod
    def ask(
        cls,
        project: Project,
        by: User,
        title: str,
        needs: Iterable[Need],
        *,
        message: str = "",
        due_at: datetime | None = None,
    ) -> Self:
        """Ask for some things. Raises Conflict if the project is finished."""
        request = cls(project=project, title=title, message=message, due_at=due_at, asked_by=by)
        request.must_be_running()
        add(request)
        for need in needs:
            request._add(need)
        db.session.flush()
        return request

    @property
    def client_id(self) -> int:
        """The client whose roles count here."""
        return self.project.client_id

    @property
    def is_running(self) -> bool:
        """Whether anything is still taken for it."""
        return self.state != "closed" and not self.project.is_finished

    @property
    def is_overdue(self) -> bool:
        return self.state == "open" and self.due_at is not None and self.due_at < clock.now()

    @property
    def missing_items(self) -> list[RequestedItem]:
        """What the client still has to give."""
        return [item for item in self.items if item.is_missing]

    @property
    def given_items(self) -> list[RequestedItem]:
        """What the agency still has to look at."""
        return [item for item in self.items if item.is_given]

    def hold(self) -> Self:
        """Let nobody else change this until the transaction ends, and read it anew."""
        db.session.flush()  # A refresh would forget what was changed and not written yet.
        db.session.refresh(self, ("state", "state_at"), with_for_update=True)
        return self

    def must_be_running(self) -> None:
        """Raise Conflict if nothing can be changed any more."""
        if self.project.is_finished:
            raise Conflict(FINISHED)
        if self.state == "closed":
            raise Overtaken(self)

    def current_items(self) -> Sequence[RequestedItem]:
        """What it consists of."""
        return every(RequestedItem.of_request(self))

    def current_states(self) -> Sequence[str]:
        """How everything that it consists of stands, read from the database now."""
        return every(RequestedItem.of_request(self).with_only_columns(RequestedItem.state))

    def current_missing(self) -> Sequence[RequestedItem]:
        """What has to be given yet."""
        return [item for item in self.current_items() if item.is_missing]

    def is_missing_something(self) -> bool:
        """Whether anything has to be given yet, as it is now."""
        return any(state in MISSING for state in self.current_states())

    def change(
        self, title: str, needs: Sequence[Need], *, message: str, due_at: datetime | None
    ) -> bool:
        """Ask with other words, and for more; what is not named stays as it is. Returns whether there is more.

        Raises Overtaken if it is closed, or something that is named was taken back.
        """
        self.hold().must_be_running()
        self.title, self.message, self.due_at = title, message, due_at
        items = {item.public_id: item for item in self.current_items()}
        for need in needs:
            if not need.item:
                self._add(need)
            elif need.item in items:
                items[need.item].title, items[need.item].hint = need.title, need.hint
            else:
                raise Overtaken(self)
        self.settle()
        return not all(need.item for need in needs)

    def settle(self) -> None:
        """Be done if everything is accepted, and open if not."""
        db.session.flush()
        state = "done" if set(self.current_states()) == {"accepted"} else "open"
        if self.state not in ("closed", state):
            self._turn(state)

    def close(self) -> None:
        """Need nothing more. Raises Overtaken if that was said already."""
        self.hold().must_be_running()
        self._turn("closed")

    def reopen(self) -> None:
        """Need it after all."""
        self.hold()
        if self.project.is_finished:
            raise Conflict(FINISHED)
        if self.state == "closed":
            self._turn("open")
            self.settle()

    def heard_at(self) -> datetime:
        """When the client last heard what is needed: asked for, or returned."""
        returned = [item.judged_at for item in self.current_missing() if item.judged_at]
        return max([self.asked_at, *returned])

    def awaited(self) -> Sequence[User]:
        """The client's people who can give what is missing, by name; nobody once nothing is."""
        if not (self.state == "open" and self.is_running and self.is_missing_something()):
            return ()
        mine = select(Project.id).join(Project.client).where(Project.id == self.project_id)
        seen = mine.where(Project.showing("files")).exists()
        return every(access.people_who("upload", self.client_id).where(seen))

    def _add(self, need: Need) -> None:
        db.session.add(RequestedItem(request=self, title=need.title, hint=need.hint))

    @classmethod
    def _running(cls, user: User, states: Iterable[str]) -> Select[Self]:
        running = select(Project.id).where(Project.finished_at.is_(None))
        items = RequestedItem.request_id == cls.id, RequestedItem.state.in_(states)
        there = select(RequestedItem.id).where(*items).exists()
        mine = cls.visible_to(user).where(cls.state == "open", cls.project_id.in_(running), there)
        return mine.order_by(cls.due_at.is_(None), cls.due_at, cls.id)

    def _turn(self, state: str) -> None:
        self.state, self.state_at = state, clock.now()
