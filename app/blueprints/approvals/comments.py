"""Comments on an approval: drafts until they are sent, answered, resolved. What is sent is never changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, ForeignKey, Index, Select, Text, false, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.login import viewer_of
from app.blueprints.accounts.models import User
from app.blueprints.approvals.errors import Finished, Overtaken
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.models import Approval
from app.core import clock
from app.core.errors import Conflict, NotAllowed
from app.core.models import UNNESTED, Instant, Model, add, every, one
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.approvals.decisions import Decision

MOST_DRAFTS = 100
MOST_ANSWERS = 100
TOO_MANY_DRAFTS = _l("You have many comments that are not sent yet. Please send them first.")
TOO_MANY_ANSWERS = _l("There are many answers already. Please begin a new comment.")
REPLACED = _l("This version has been replaced. What was said about it can only be read.")
WITHDRAWN = _l("The request was withdrawn, so nothing can be said about it any more.")
IN_REVIEW = _l("The client has not been asked yet, and would read this. Please use the review.")
IS_SENT = _l("This comment was sent, so it can't be changed any more.")
GONE = _l("This comment is not there any more.")
MUST_STAY = _l("Somebody has answered or resolved this comment, so it stays.")


class NotTaken(Conflict):
    """A comment can't be added, changed or sent; the page says why, and keeps what was typed."""

    def __init__(self, approval: Approval, message: Any = None) -> None:
        super().__init__(message)
        self.public_id = approval.public_id


class Comment(Model):
    """What somebody says about a round of an approval, or about one of the things in it.

    A client's people collect drafts that nobody else sees, and send them all at once: with their
    decision, or without one (sendings.py). What the agency's people write is sent at once. An answer
    answers a comment, never an answer. The reason of a wish for changes is a comment too, so that it
    can be answered and resolved like the others.
    """

    __tablename__ = "comments"
    __table_args__ = (
        Index("ix_comments_approval_id_sent_at_id", "approval_id", "sent_at", "id"),
        Index("ix_comments_answers_id_id", "answers_id", "id"),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    approval: Mapped[Approval] = relationship(lazy="raise")
    round: Mapped[int]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("approval_items.id"), index=True)
    item: Mapped[ApprovalItem | None] = relationship(lazy="raise")
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    author: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED, foreign_keys=author_id)
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    is_reason: Mapped[bool] = mapped_column(default=False)
    body: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    resolved_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=resolved_by_id)
    resolved_round: Mapped[int | None]

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The comments that exist for a person: sent ones on approvals that do, and their own drafts."""
        approvals = Approval.visible_to(user).with_only_columns(Approval.id)
        readable = or_(cls.sent_at.is_not(None), cls.written_by(user))
        return select(cls).where(cls.approval_id.in_(approvals), readable)

    @classmethod
    def sent(cls, user: User) -> Select[Self]:
        """What has been sent and a person may read."""
        return cls.visible_to(user).where(cls.sent_at.is_not(None))

    @classmethod
    def threads(cls, user: User) -> Select[Self]:
        """What has been sent, but for the answers to it."""
        return cls.sent(user).where(cls.answers_id.is_(None))

    @classmethod
    def drafts_of(cls, user: User, approval: Approval) -> Select[Self]:
        """What a person has written on an approval and not sent yet, in its order."""
        mine = (cls.approval_id == approval.id, cls.written_by(user), cls.sent_at.is_(None))
        return select(cls).where(*mine).order_by(cls.id)

    @classmethod
    def written_by(cls, user: User) -> ColumnElement[bool]:
        """The condition under which a person wrote it; who only looks as them did not, and reads no drafts."""
        return false() if viewer_of(user) else cls.author_id == user.id

    @classmethod
    def of_decision(cls, decision: Decision) -> Select[Self]:
        """What went out with a decision, its reason first."""
        mine = cls.decision_id == decision.id
        return select(cls).where(mine).order_by(cls.is_reason.desc(), cls.id)

    @classmethod
    def write(
        cls,
        approval: Approval,
        by: User,
        body: str,
        *,
        round: int,
        item: ApprovalItem | None = None,
        answers: Comment | None = None,
    ) -> Self:
        """Say something about the round that a person has before them.

        Raises Overtaken if a newer version has come in, NotTaken where nothing can be said any more.
        """
        must_take_comments(approval)
        if round != approval.round:
            raise Overtaken(approval)
        comment = cls(approval_id=approval.id, round=round, author=by, body=body)
        comment.created_at = clock.now()
        comment.item_id = item.id if item else None
        if answers is not None:
            comment._answer(answers, approval)
        if by.is_staff:
            comment.sent_at = comment.created_at
        elif _are(MOST_DRAFTS, cls.drafts_of(by, approval)):
            raise NotTaken(approval, TOO_MANY_DRAFTS)
        add(comment)
        return comment

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None

    def rewrite(self, approval: Approval, by: User, body: str) -> None:
        """Change a draft. One about a version that has been replaced is about the new one from now on.

        Raises NotAllowed if somebody else wrote it, NotTaken if it was sent.
        """
        must_take_comments(approval)
        self._read_anew(approval)
        if self.author_id != by.id:
            raise NotAllowed
        if self.is_sent:
            raise NotTaken(approval, IS_SENT)
        self.body = body
        if self.round != approval.round:
            self.item_id, self.answers_id = _same_item(self.item_id, approval), None
            self.round = approval.round

    def take_back(self, approval: Approval, by: User) -> None:
        """Delete a draft; or what one has sent oneself, while nobody has answered or resolved it.

        Raises NotAllowed if somebody else wrote it, NotTaken if it must stay.
        """
        approval.hold()
        self._read_anew(approval)
        if self.author_id != by.id:
            raise NotAllowed
        if self.is_sent:
            must_take_comments(approval)
            self._must_have_no_consequence(approval)
        # A draft that answers it is another person's, who keeps their words.
        answers = update(Comment).where(Comment.answers_id == self.id)
        db.session.execute(answers.values(answers_id=None))
        db.session.delete(self)
        db.session.flush()

    def resolve(self, approval: Approval, by: User) -> bool:
        """Note that it is done. False if it was already."""
        self._hold(approval)
        if self.is_resolved:
            return False
        self.resolved_at, self.resolved_by_id = clock.now(), by.id
        self.resolved_round = approval.round
        return True

    def reopen(self, approval: Approval) -> bool:
        """Note that it is not done after all. False if it was open."""
        self._hold(approval)
        was_resolved = self.is_resolved
        self.resolved_at = self.resolved_by_id = self.resolved_round = None
        return was_resolved

    def _answer(self, comment: Comment, approval: Approval) -> None:
        comment._read_anew(approval)
        if comment.round != self.round:
            raise NotTaken(approval, REPLACED)
        if _are(MOST_ANSWERS, select(Comment).where(Comment.answers_id == comment.id)):
            raise NotTaken(approval, TOO_MANY_ANSWERS)
        self.answers_id, self.item_id = comment.id, comment.item_id

    def _hold(self, approval: Approval) -> None:
        approval.hold()
        if approval.project.is_finished:
            raise NotTaken(approval, Finished.sentence)
        self._read_anew(approval)

    def _read_anew(self, approval: Approval) -> None:
        """See what others have done to it meanwhile; the approval is held, so nobody does more."""
        mine = select(Comment).where(Comment.id == self.id)
        if one(mine.execution_options(populate_existing=True)) is None:
            raise NotTaken(approval, GONE)

    def _must_have_no_consequence(self, approval: Approval) -> None:
        answers = select(Comment).where(Comment.answers_id == self.id, Comment.sent_at.is_not(None))
        if self.decision_id or self.is_resolved or _are(1, answers):
            raise NotTaken(approval, MUST_STAY)
        if self.round != approval.round:
            raise NotTaken(approval, REPLACED)


def must_take_comments(approval: Approval) -> None:
    """Hold the approval. Raises NotTaken if nothing can be said about it any more."""
    approval.hold()
    if approval.project.is_finished:
        raise NotTaken(approval, Finished.sentence)
    if approval.state == "withdrawn":
        raise NotTaken(approval, WITHDRAWN)
    if approval.is_internal:
        raise NotTaken(approval, IN_REVIEW)


def _are(many: int, query: Select[Comment]) -> bool:
    """Whether there are so many."""
    return len(every(query.with_only_columns(Comment.id).limit(many))) == many


def _same_item(item_id: int | None, approval: Approval) -> int | None:
    """What is about the same file in the current round as an item of an earlier one."""
    earlier = db.session.get(ApprovalItem, item_id) if item_id else None
    items = [
        each for each in approval.current_items() if earlier and each.file_id == earlier.file_id
    ]
    return items[0].id if items else None
