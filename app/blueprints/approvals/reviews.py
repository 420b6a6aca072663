"""Internal review: colleagues of the agency look first, and only then the client is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.errors import Overtaken, ReasonMissing
from app.core.errors import NotAllowed
from app.core.models import UNNESTED, Model, add, one
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.approvals.reviewed import Reviewed

OUTCOMES = ("passed", "returned")


class ApprovalReviewer(Model):
    """A colleague of the agency who looks before the client does."""

    __tablename__ = "approval_reviewers"
    __table_args__ = (UniqueConstraint("approval_id", "user_id"),)

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    user: Mapped[User] = relationship(lazy="raise")

    @classmethod
    def put(cls, approval: Reviewed, people: Iterable[User]) -> None:
        """Let these look first."""
        rows = [cls(approval_id=approval.id, user_id=user.id) for user in people]
        db.session.add_all(rows)
        db.session.flush()

    @classmethod
    def of(cls, approval: Reviewed) -> Select[Self]:
        """All who look first, by name."""
        mine = select(cls).join(User, User.id == cls.user_id)
        return mine.where(cls.approval_id == approval.id).order_by(User.name, User.id)

    @classmethod
    def awaited(cls, approval: Reviewed) -> Select[User]:
        """Who has still to look at this draft, by name; whoever does not see the project any more has not."""
        said = select(Review.by_id).where(*Review.on_draft(approval))
        mine = select(cls.user_id).where(cls.approval_id == approval.id, cls.user_id.not_in(said))
        return approval.project.staff_who_see().where(User.id.in_(mine))


class Review(Model):
    """What a colleague said to a draft, before the client saw it."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("approval_id", "draft", "by_id"),
        CheckConstraint("outcome IN ('passed', 'returned')", name="known_outcome"),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    draft: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)
    outcome: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")

    @classmethod
    def make(
        cls, approval: Reviewed, by: User, outcome: str, reason: str, seen: str
    ) -> tuple[Self, bool]:
        """Let the draft pass, or send it back; once all have let it pass, the client is asked.

        Returns the review, and whether it is new: pressing twice gives the first result.
        Raises Overtaken if there is a newer draft or somebody was faster, NotAllowed if nobody asked them.
        """
        approval.hold_with_files()
        earlier = one(select(cls).where(*cls.on_draft(approval), cls.by_id == by.id))
        if earlier is not None:
            return earlier, False
        if approval.state != "review" or not approval.is_still(seen):
            raise Overtaken(approval)
        if one(ApprovalReviewer.awaited(approval).where(User.id == by.id)) is None:
            raise NotAllowed
        if outcome == "returned" and not reason:
            raise ReasonMissing
        review = cls(approval_id=approval.id, draft=approval.draft, by=by, outcome=outcome)
        review.reason = reason
        add(review)
        approval.take_review(review)
        return review, True

    @classmethod
    def of(cls, approval: Reviewed) -> Select[Self]:
        """All that was said, the last first."""
        return select(cls).where(cls.approval_id == approval.id).order_by(cls.id.desc())

    @classmethod
    def on_draft(cls, approval: Reviewed) -> tuple[ColumnElement[bool], ...]:
        """The conditions of what was said to the current draft."""
        return cls.approval_id == approval.id, cls.draft == approval.draft

    @property
    def has_passed(self) -> bool:
        return self.outcome == "passed"
