"""Approvals: what the client is asked to approve, who decides, and in which round it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    false,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.items import ApprovalDecider, ApprovalItem
from app.blueprints.clients import access
from app.blueprints.clients.invitations import Invitation
from app.blueprints.files.models import File, Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.visibility import projects_showing
from app.core import clock
from app.core.errors import Conflict
from app.core.models import Instant, Model, every, one
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.approvals.decisions import Decision

STATES = ("open", "approved", "changes", "withdrawn")
HELD = (
    "round", "state", "state_at", "asked_at", "due_at", "withdrawn_by_id", "withdrawn_reason",
)  # fmt: skip
FINISHED = _l("This project is finished. What is in it can be read, but not changed.")


class Overtaken(Conflict):
    """What the person saw is no longer how it is; the page as it is now says what to do."""

    def __init__(self, approval: Approval) -> None:
        super().__init__()
        self.public_id = approval.public_id


class Approval(Model):
    """A request to the client to approve exactly these versions.

    A decision holds for the versions of its round only. When a newer version joins one of the files, the
    request moves on to it: a new round begins, open again, and what became of the last stays to be seen.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'approved', 'changes', 'withdrawn')", name="known_state"
        ),
        Index("ix_approvals_project_id_id", "project_id", "id"),
        Index("ix_approvals_state_due_at", "state", "due_at"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
    title: Mapped[str] = mapped_column(String(160))
    message: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_by: Mapped[User] = relationship(lazy="joined", innerjoin=True, foreign_keys=asked_by_id)
    asked_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(12), default="open")
    state_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), default="")
    items: Mapped[list[ApprovalItem]] = relationship(
        primaryjoin="and_(Approval.id == foreign(ApprovalItem.approval_id),"
        " Approval.round == foreign(ApprovalItem.round))",
        order_by="ApprovalItem.id",
        viewonly=True,
        lazy="raise",
    )

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The approvals that exist for a person; for clients, only with all their files shared."""
        query = select(cls).where(cls.project_id.in_(projects_showing(user, "approvals")))
        if user.is_staff:
            return query
        internal = (
            select(ApprovalItem.id)
            .join(File, File.id == ApprovalItem.file_id)
            .where(ApprovalItem.approval_id == cls.id, File.shared_at.is_(None))
        )
        return query.where(~internal.exists())

    @classmethod
    def of_project(cls, user: User, project: Project) -> Select[Self]:
        """The approvals of a project that a person sees."""
        return cls.visible_to(user).where(cls.project_id == project.id)

    @classmethod
    def waiting_for(cls, user: User) -> Select[Self]:
        """The open approvals that a person has been asked to decide, and still may; the most pressing first."""
        mine = select(ApprovalDecider.approval_id).where(ApprovalDecider.user_id == user.id)
        theirs = select(Project.id).where(
            Project.client_id.in_(access.clients_where(user, "decide"))
        )
        open_ones = cls.visible_to(user).where(cls.state == "open", cls.id.in_(mine))
        return cls._running(open_ones.where(cls.project_id.in_(theirs)))

    @classmethod
    def in_state(cls, user: User, state: str) -> Select[Self]:
        """The approvals of running projects that are in one state, the most pressing first."""
        return cls._running(cls.visible_to(user).where(cls.state == state))

    @classmethod
    def ask(
        cls,
        project: Project,
        versions: Sequence[Version],
        deciders: Iterable[User],
        by: User,
        *,
        title: str,
        message: str = "",
        due_at: datetime | None = None,
        invited: Iterable[Invitation] = (),
    ) -> Self:
        """Ask for approval of these versions; the client sees their files from now on.

        Who is `invited` decides too, as soon as they have accepted their invitation. Raises Conflict if
        the project is finished, a version is not the newest of its file, or nobody decides.
        """
        deciders, invited = list(deciders), list(invited)
        if project.is_finished:
            raise Conflict(FINISHED)
        if not deciders and not invited:
            raise Conflict(
                _l("Nobody of the client may approve yet. Please invite somebody first.")
            )
        approval = cls(project=project, title=title, message=message, due_at=due_at, asked_by=by)
        db.session.add(approval)
        db.session.flush()
        for version in versions:
            approval._include(version, by)
        for user in deciders:
            db.session.add(ApprovalDecider(approval_id=approval.id, user_id=user.id))
        for each in invited:
            db.session.add(ApprovalDecider(approval_id=approval.id, invitation_id=each.id))
        db.session.flush()
        return approval

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
        """What a reader has before them, for their decision to carry: the round's versions."""
        return ",".join(sorted(item.version.public_id for item in self.items))

    def hold(self) -> Self:
        """Let nobody else change the approval until this transaction ends, and read it anew."""
        db.session.flush()  # A refresh would forget what was changed and not written yet.
        db.session.refresh(self, HELD, with_for_update=True)
        return self

    def deciders(self) -> Select[User]:
        """Who has been asked and may still decide for this client, by name."""
        asked = select(ApprovalDecider.user_id).where(ApprovalDecider.approval_id == self.id)
        return access.people_who("decide", self.client_id).where(User.id.in_(asked))

    def whose_turn(self) -> Select[User]:
        """Who must act now, by name: nobody once it is decided or withdrawn."""
        people = self.deciders()
        return people if self.is_open else people.where(false())

    def is_turn_of(self, user: User) -> bool:
        """Whether a person is one of those who must act now."""
        return one(self.whose_turn().where(User.id == user.id)) is not None

    def deciders_to_come(self) -> Select[Invitation]:
        """Who has been asked, but has not accepted their invitation yet, by name."""
        asked = select(ApprovalDecider.invitation_id).where(
            ApprovalDecider.approval_id == self.id, ApprovalDecider.user_id.is_(None)
        )
        pending = Invitation.pending().where(Invitation.id.in_(asked)).order_by(None)
        return pending.order_by(Invitation.name, Invitation.id)

    def is_asked_of(self, user: User) -> bool:
        """Whether a person is one of those who have been asked."""
        asked = select(ApprovalDecider.id).where(
            ApprovalDecider.approval_id == self.id, ApprovalDecider.user_id == user.id
        )
        return db.session.scalar(asked) is not None

    def current_items(self) -> Sequence[ApprovalItem]:
        """The versions of this round, read from the database now."""
        mine = (ApprovalItem.approval_id == self.id, ApprovalItem.round == self.round)
        return every(select(ApprovalItem).where(*mine).order_by(ApprovalItem.id))

    def settle(self, decision: Decision) -> None:
        """Let a decision close this round."""
        self.state, self.state_at = decision.outcome, decision.created_at

    def withdraw(self, by: User, reason: str) -> None:
        """Take the request back. Raises Overtaken if it is not open any more."""
        self.hold()
        if not self.is_open:
            raise Overtaken(self)
        self.state, self.state_at = "withdrawn", clock.now()
        self.withdrawn_by_id, self.withdrawn_reason = by.id, reason

    def move_on(self, version: Version, by: User) -> bool:
        """Begin a new round with a newer version. False if the request was withdrawn, and stays so.

        What was noted beside the version is what the round asks with; a deadline that has passed ends.
        """
        self.hold()
        if self.state == "withdrawn":
            return False
        items = self.current_items()
        self.round, self.state, self.message = self.round + 1, "open", version.note
        self.asked_at = self.state_at = clock.now()
        self.asked_by_id = by.id if by.is_staff else self.asked_by_id
        self.due_at = self.due_at if self.due_at and self.due_at > self.asked_at else None
        for item in items:
            newer = version.id if item.file_id == version.file_id else item.version_id
            self._add_item(item.file_id, newer)
        db.session.flush()
        return True

    @classmethod
    def asking_for(cls, file_id: int) -> Select[Self]:
        """The approvals whose current round has a version of this file."""
        rounds = select(ApprovalItem.approval_id).where(
            ApprovalItem.file_id == file_id, ApprovalItem.round == cls.round
        )
        return select(cls).where(cls.id.in_(rounds.correlate(cls))).order_by(cls.id)

    @classmethod
    def _running(cls, query: Select[Self]) -> Select[Self]:
        running = select(Project.id).where(Project.finished_at.is_(None))
        order = (cls.due_at.is_(None), cls.due_at, cls.id)
        return query.where(cls.project_id.in_(running)).order_by(*order)

    def _include(self, version: Version, by: User) -> None:
        file = db.session.get_one(File, version.file_id)
        if file.project_id != self.project_id or file.hold() != version.number:
            raise Conflict(_l("There is a newer version of this file now. Please choose again."))
        file.must_be_in_use()
        file.share(by)
        self._add_item(file.id, version.id)

    def _add_item(self, file_id: int, version_id: int) -> None:
        item = ApprovalItem(approval_id=self.id, round=self.round)
        item.file_id, item.version_id = file_id, version_id
        db.session.add(item)
