"""Approvals: what the client is asked to approve, who decides, and in which round it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.deciders import ApprovalDecider, Person, is_awaited, is_turn
from app.blueprints.approvals.errors import Finished, Overtaken
from app.blueprints.approvals.items import ApprovalItem, seen_in
from app.blueprints.approvals.reviews import ApprovalReviewer, Review
from app.blueprints.clients import access
from app.blueprints.files.models import File, Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.visibility import projects_showing
from app.core import clock
from app.core.models import Instant, Model, every, one
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.approvals.decisions import Decision

STATES = ("review", "returned", "open", "approved", "changes", "withdrawn")
INTERNAL = ("review", "returned")
"""The agency has not shown it to the client yet: colleagues look at it, or have sent it back."""
HELD = (
    "round", "draft", "state", "state_at", "mode", "asked_at", "presented_at", "due_at",
    "withdrawn_by_id", "withdrawn_reason",
)  # fmt: skip


class Approval(Model):
    """A request to the client to approve exactly these versions.

    A decision holds for the versions of its round only. When a newer version joins one of the files, the
    request moves on to it: a new round begins, open again, and what became of the last stays to be seen.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint(
            "state IN ('review', 'returned', 'open', 'approved', 'changes', 'withdrawn')",
            name="known_state",
        ),
        CheckConstraint("mode IN ('any', 'all', 'order')", name="known_mode"),
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
    presented_at: Mapped[datetime | None] = mapped_column(Instant)
    draft: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=1)
    rounds_agreed: Mapped[int | None]
    mode: Mapped[str] = mapped_column(String(8), default="any")
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
    standing: Mapped[list[Decision]] = relationship(
        primaryjoin="and_(Approval.id == foreign(Decision.approval_id),"
        " Approval.round == foreign(Decision.round), Decision.retraction_id.is_(None))",
        order_by="Decision.id",
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
    def waiting_for(cls, user: User) -> Select[Self]:
        """The approvals that a person must decide now, and may; the most pressing first."""
        mine = cls.visible_to(user).join(ApprovalDecider, ApprovalDecider.approval_id == cls.id)
        turns = (ApprovalDecider.user_id == user.id, is_turn(cls, ApprovalDecider))
        return cls._running(mine.where(*turns))

    @classmethod
    def to_review(cls, user: User) -> Select[Self]:
        """The approvals that a colleague looks at before the client does, and has not yet."""
        mine = select(ApprovalReviewer.approval_id).where(ApprovalReviewer.user_id == user.id)
        said = select(Review.id).where(
            Review.approval_id == cls.id, Review.draft == cls.draft, Review.by_id == user.id
        )
        drafts = cls.visible_to(user).where(cls.state == "review", cls.id.in_(mine))
        return cls._running(drafts.where(~said.exists()))

    @classmethod
    def waiting_for_nobody(cls, user: User) -> Select[Self]:
        """The open approvals that nobody can decide any more: who was asked has left, or lost the right."""
        awaited = select(ApprovalDecider.id).where(
            ApprovalDecider.approval_id == cls.id, is_awaited(cls, ApprovalDecider)
        )
        stuck = ~awaited.correlate_except(ApprovalDecider).exists()
        return cls._running(cls.visible_to(user).where(cls.state == "open", stuck))

    @classmethod
    def in_state(cls, user: User, state: str) -> Select[Self]:
        """The approvals of running projects that are in one state, the most pressing first."""
        return cls._running(cls.visible_to(user).where(cls.state == state))

    @classmethod
    def ask(
        cls,
        project: Project,
        versions: Sequence[Version],
        deciders: Iterable[Person],
        by: User,
        *,
        title: str,
        reviewers: Sequence[User] = (),
        quiet: Collection[Person] = (),
        **terms: Any,
    ) -> Self:
        """Ask for approval of these versions, on these terms: message, due_at, mode, rounds_agreed.

        The client sees their files from now on, or once the reviewers have let them pass. Who is invited
        decides too, as soon as they have accepted their invitation. Raises Conflict if the project is
        finished, a version is not the newest of its file, or nobody decides.
        """
        approval = cls(project=project, title=title, asked_by=by, **terms)
        approval.must_be_running()
        approval.state = "review"
        db.session.add(approval)
        db.session.flush()
        for version in versions:
            ApprovalItem.include(approval, version)
        ApprovalDecider.put(approval, deciders, quiet)
        ApprovalReviewer.put(approval, reviewers)
        if not reviewers:
            approval.present()
        return approval

    @classmethod
    def rounds_agreed_last(cls, project: Project) -> int | None:
        """How many rounds were agreed for what was last asked in a project: most likely as many as now."""
        last = select(cls.rounds_agreed).where(cls.project_id == project.id)
        return one(last.order_by(cls.id.desc()).limit(1))

    @property
    def client_id(self) -> int:
        """The client whose roles count here."""
        return self.project.client_id

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def is_internal(self) -> bool:
        """Whether the client has never been shown it."""
        return self.presented_at is None

    @property
    def is_shown(self) -> bool:
        """Whether the client has something before them that must stay there."""
        return not self.is_internal and self.state != "withdrawn"

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < clock.now()

    @property
    def seen(self) -> str:
        """What a reader has before them, for their decision to carry: the round's versions."""
        return seen_in(self.items)

    def hold(self) -> Self:
        """Let nobody else change the approval until this transaction ends, and read it anew."""
        db.session.flush()  # A refresh would forget what was changed and not written yet.
        db.session.refresh(self, HELD, with_for_update=True)
        return self

    def hold_with_files(self) -> Self:
        """The same, and let nobody bring a version of its files: they are always held first."""
        for item in sorted(self.current_items(), key=lambda item: item.file_id):
            db.session.get_one(File, item.file_id).hold()
        return self.hold()

    def must_be_running(self) -> None:
        """Raise Conflict if the project is finished."""
        if self.project.is_finished:
            raise Finished

    def deciders(self) -> Select[User]:
        """Who has been asked and may still decide for this client, by name."""
        asked = select(ApprovalDecider.user_id).where(ApprovalDecider.approval_id == self.id)
        return access.people_who("decide", self.client_id).where(User.id.in_(asked))

    def whose_turn(self) -> Select[User]:
        """Who must act now, by name: nobody once it is decided or withdrawn."""
        return self._people_who(is_turn(Approval, ApprovalDecider))

    def to_ask_by_mail(self) -> Select[User]:
        """Whose turn it is; for the first round without those for whom the agency has left the mail out."""
        quiet = select(ApprovalDecider.user_id).where(
            ApprovalDecider.approval_id == self.id,
            ApprovalDecider.user_id.is_not(None),
            ~ApprovalDecider.by_mail,
        )
        people = self.whose_turn()
        return people.where(User.id.not_in(quiet)) if self.round == 1 else people

    def is_turn_of(self, user: User) -> bool:
        """Whether a person is one of those who must act now."""
        return one(self.whose_turn().where(User.id == user.id)) is not None

    def awaits(self, user: User) -> bool:
        """Whether a person has still to decide in this round, now or later."""
        awaited = self._people_who(is_awaited(Approval, ApprovalDecider))
        return self.is_open and one(awaited.where(User.id == user.id)) is not None

    def is_asked_of(self, user: User) -> bool:
        """Whether a person is one of those who have been asked."""
        mine = ApprovalDecider.of(self).where(ApprovalDecider.user_id == user.id)
        return one(mine) is not None

    def current_items(self) -> Sequence[ApprovalItem]:
        """The versions of this round, read from the database now."""
        return every(ApprovalItem.of_round(self))

    def present(self) -> None:
        """Show it to the client, whose turn it is from now on; they see its files, too."""
        for item in self.current_items():
            db.session.get_one(File, item.file_id).share(self.asked_by)
        self.state = "open"
        self.presented_at = self.asked_at = self.state_at = clock.now()
        db.session.flush()

    def take_review(self, review: Review) -> None:
        """Let the client be asked once all have let the draft pass; one who sends it back stops it."""
        if not review.has_passed:
            self.state, self.state_at = "returned", clock.now()
        elif one(ApprovalReviewer.awaited(self).limit(1)) is None:
            self.present()

    def release(self) -> None:
        """Wait for no review any more, and ask the client. Raises Overtaken if that is done."""
        self.hold_with_files()
        self.must_be_running()
        if self.state not in INTERNAL:
            raise Overtaken(self)
        self.present()

    def settle(self) -> None:
        """Let what has been decided in this round say how it stands."""
        state = self._outcome()
        if state != self.state:
            self.state, self.state_at = state, clock.now()
            db.session.flush()

    def ask_others(self, asked: Iterable[Person], mode: str) -> None:
        """Let others decide from now on, or in another way; what was decided in this round still counts.

        Raises Overtaken if it is not open any more, Conflict if nobody decides.
        """
        self.hold()
        self.must_be_running()
        if not self.is_open:
            raise Overtaken(self)
        self.mode = mode
        ApprovalDecider.put(self, asked)
        self.settle()

    def withdraw(self, by: User, reason: str) -> None:
        """Take the request back. Raises Overtaken if it is decided, or withdrawn already."""
        self.hold()
        if self.state not in ("open", *INTERNAL):
            raise Overtaken(self)
        self.state, self.state_at = "withdrawn", clock.now()
        self.withdrawn_by_id, self.withdrawn_reason = by.id, reason

    def move_on(self, version: Version, by: User) -> bool:
        """Begin a new round with a newer version. False if the request was withdrawn, and stays so.

        What was noted beside the version is what the round asks with; a deadline that has passed ends.
        As long as the client has not been shown it, it is no round but another draft to review.
        """
        self.hold()
        if self.state == "withdrawn":
            return False
        items = self.current_items()
        if self.is_internal:
            self.state, self.draft = "review", self.draft + 1
        else:
            self.round, self.state, self.message = self.round + 1, "open", version.note
            self.asked_by_id = by.id if by.is_staff else self.asked_by_id
        self.asked_at = self.state_at = clock.now()
        self.due_at = self.due_at if self.due_at and self.due_at > self.asked_at else None
        for item in items:
            newer = version if item.file_id == version.file_id else item.version
            if self.is_internal:
                item.version = newer
            else:
                ApprovalItem.put(self, item.file_id, newer.id)
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

    def _people_who(self, condition: ColumnElement[bool]) -> Select[User]:
        asked = select(ApprovalDecider.user_id).join(
            Approval, Approval.id == ApprovalDecider.approval_id
        )
        people = asked.where(Approval.id == self.id, condition)
        return User.present().where(User.id.in_(people)).order_by(User.name, User.id)

    def _outcome(self) -> str:
        """Changes as soon as one wants them; approved once one has, or all who are awaited have."""
        from app.blueprints.approvals.decisions import Decision

        said = set(every(Decision.standing(self).with_only_columns(Decision.outcome)))
        if "changes" in said:
            return "changes"
        awaited = ApprovalDecider.of(self).join(Approval, Approval.id == self.id)
        more = awaited.where(is_awaited(Approval, ApprovalDecider)).limit(1)
        enough = bool(said) and (self.mode == "any" or one(more) is None)
        return "approved" if enough else "open"
