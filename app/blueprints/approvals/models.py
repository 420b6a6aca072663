"""Approvals: asked, withdrawn, and moved on to newer versions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Self

from sqlalchemy import CheckConstraint, Index, Select, select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.decided import Decided
from app.blueprints.approvals.deciders import ApprovalDecider, Person
from app.blueprints.approvals.errors import Overtaken
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.reviews import ApprovalReviewer
from app.blueprints.approvals.terms import Terms
from app.blueprints.files.models import hold
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core import clock
from app.core.models import one
from app.extensions import db

STATES = ("review", "returned", "open", "approved", "changes", "withdrawn")


class Approval(Decided):
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
        Index("ix_approvals_package_id_id", "package_id", "id"),
    )

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
        hold(project)  # Nobody archives meanwhile what is asked for.
        approval = cls(project=project, title=title, asked_by=by, state="review", **terms)
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

    def change(self, terms: Terms, seen: str) -> Terms:
        """Ask on other terms from now on; returns those before.

        Raises Overtaken if it is decided or withdrawn, or the words are about a version before this one.
        """
        self.hold()
        self.must_be_running()
        if not self.is_pending or not self.is_still(seen):
            raise Overtaken(self)
        before = Terms.of(self)
        self.title, self.message = terms.title, terms.message
        self.due_at, self.rounds_agreed = terms.due_at, terms.rounds_agreed
        return before

    def withdraw(self, by: User, reason: str) -> None:
        """Take the request back. Raises Overtaken if it is decided, or withdrawn already."""
        self.hold()
        if not self.is_pending:
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
        mine = select(cls).where(cls.id.in_(rounds.correlate(cls)))
        return mine.order_by(cls.package_id, cls.id)
