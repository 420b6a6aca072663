"""What is asked: of which versions, by whom, until when, in which round; and how that stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from sqlalchemy import ForeignKey, Select, String, Text, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.errors import Finished
from app.blueprints.approvals.items import WITH_WORDS, ApprovalItem, seen_in
from app.blueprints.files.models import File
from app.blueprints.projects.models import Project
from app.blueprints.projects.visibility import projects_showing
from app.core import clock
from app.core.models import UNNESTED, Instant, Model, every
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.approvals.packages import Package

HELD = (
    "round", "draft", "state", "state_at", "mode", "asked_at", "presented_at",
    "title", "message", "due_at", "rounds_agreed", "withdrawn_by_id", "withdrawn_reason",
)  # fmt: skip


class Question(Model):
    """What an approval asks. Who looks at it first (reviewed.py) and who decides (decided.py) build on it."""

    __abstract__ = True

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    package_id: Mapped[int | None] = mapped_column(ForeignKey("packages.id"))
    title: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    presented_at: Mapped[datetime | None] = mapped_column(Instant)
    round: Mapped[int] = mapped_column(default=1)
    rounds_agreed: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12), default="open")
    state_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), default="")

    @declared_attr
    def project(cls) -> Mapped[Project]:
        return relationship(lazy="joined", innerjoin=UNNESTED)

    @declared_attr
    def package(cls) -> Mapped[Package | None]:
        return relationship("Package", lazy="raise")

    @declared_attr
    def asked_by(cls) -> Mapped[User]:
        return relationship(lazy="joined", innerjoin=UNNESTED, foreign_keys="Approval.asked_by_id")

    @declared_attr
    def items(cls) -> Mapped[list[ApprovalItem]]:
        """The versions of the current round."""
        return relationship(
            primaryjoin="and_(Approval.id == foreign(ApprovalItem.approval_id),"
            " Approval.round == foreign(ApprovalItem.round))",
            order_by="ApprovalItem.id",
            viewonly=True,
            lazy="raise",
        )

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The approvals that exist for a person; for clients, once presented, with all their files shared."""
        query = select(cls).where(cls.project_id.in_(projects_showing(user, "approvals")))
        if user.is_staff:
            return query
        internal = (
            select(ApprovalItem.id)
            .join(File, File.id == ApprovalItem.file_id)
            .where(ApprovalItem.approval_id == cls.id, File.shared_at.is_(None))
        )
        return query.where(cls.presented_at.is_not(None), ~internal.exists())

    @classmethod
    def of_project(cls, user: User, project: Project) -> Select[Self]:
        """The approvals of a project that a person sees."""
        return cls.visible_to(user).where(cls.project_id == project.id)

    @classmethod
    def in_state(cls, user: User, state: str) -> Select[Self]:
        """The approvals of running projects that are in one state, the most pressing first."""
        return cls._running(cls.visible_to(user).where(cls.state == state))

    @property
    def client_id(self) -> int:
        """The client whose roles count here."""
        return self.project.client_id

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < clock.now()

    @property
    def seen(self) -> str:
        """What a reader has before them, for their decision to carry: the round's versions, and our words."""
        return f"{seen_in(self.items)}{WITH_WORDS}{self._words}"

    def is_still(self, seen: str, *, in_words: bool = False) -> bool:
        """Whether it is about the versions that somebody saw; `in_words`: and says what they read."""
        versions, _sign, words = seen.partition(WITH_WORDS)
        is_said = not in_words or words in ("", self._words)
        return is_said and versions == seen_in(self.current_items())

    def hold(self) -> Self:
        """Let nobody else change the approval until this transaction ends, and read it anew."""
        db.session.flush()  # A refresh would forget what was changed and not written yet.
        if self.package_id is not None:
            hold_package(self.package_id)
        db.session.refresh(self, HELD, with_for_update=True)
        return self

    def must_be_running(self) -> None:
        """Raise Conflict if the project is finished."""
        if self.project.is_finished:
            raise Finished

    def current_items(self) -> Sequence[ApprovalItem]:
        """The versions of this round, read from the database now."""
        return every(ApprovalItem.of_round(self))

    @property
    def _words(self) -> str:
        """A mark of what is asked: in other words, it is another."""
        return sha256(f"{self.title}\n{self.message}".encode()).hexdigest()[:12]

    @classmethod
    def _running(cls, query: Select[Self]) -> Select[Self]:
        running = select(Project.id).where(Project.finished_at.is_(None))
        order = (cls.due_at.is_(None), cls.due_at, cls.id)
        return query.where(cls.project_id.in_(running)).order_by(*order)


def hold_package(number: int) -> None:
    """Let nobody else change an approval of a package until this transaction ends; always held before those."""
    from app.blueprints.approvals.packages import Package

    db.session.execute(select(Package.id).where(Package.id == number).with_for_update())
