"""What makes an approval reviewed: colleagues look at drafts of it, and then the client is shown it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, mapped_column

from app.blueprints.accounts.models import User
from app.blueprints.approvals.errors import Overtaken
from app.blueprints.approvals.question import Question
from app.blueprints.approvals.reviews import ApprovalReviewer, Review
from app.blueprints.files.models import File, hold
from app.core import clock
from app.core.models import every, one
from app.extensions import db

INTERNAL = ("review", "returned")
"""The agency has not shown it to the client yet: colleagues look at it, or have sent it back."""
PENDING = ("open", *INTERNAL)


class Reviewed(Question):
    """The part of an approval that is about the time before the client is asked."""

    __abstract__ = True

    draft: Mapped[int] = mapped_column(default=1)

    @classmethod
    def to_review(cls, user: User) -> Select[Self]:
        """The approvals that a colleague looks at before the client does, and has not yet."""
        mine = select(ApprovalReviewer.approval_id).where(ApprovalReviewer.user_id == user.id)
        said = select(Review.id).where(
            Review.approval_id == cls.id, Review.draft == cls.draft, Review.by_id == user.id
        )
        drafts = cls.visible_to(user).where(cls.state == "review", cls.id.in_(mine))
        return cls._running(drafts.where(~said.exists()))

    @property
    def is_internal(self) -> bool:
        """Whether the client has never been shown it."""
        return self.presented_at is None

    @property
    def is_pending(self) -> bool:
        """Whether it waits for an answer, of the client or of colleagues."""
        return self.state in PENDING

    @property
    def is_shown(self) -> bool:
        """Whether the client has something before them that must stay there."""
        return not self.is_internal and self.state != "withdrawn"

    @property
    def has_passed_review(self) -> bool:
        """Whether nobody has still to look at the draft, and nobody sent it back."""
        return self.state == "review" and one(ApprovalReviewer.awaited(self).limit(1)) is None

    def hold_with_files(self) -> Self:
        """The same for all that the client will be asked with it; project and files are held first."""
        hold(self.project)
        together = self._asked_together()
        files = {item.file_id for each in together for item in each.current_items()}
        for number in sorted(files):
            db.session.get_one(File, number).hold()
        for each in together:
            each.hold()
        return self

    def present(self) -> None:
        """Show it to the client, whose turn it is from now on; they see its files, too.

        Raises Conflict if one of these was archived while colleagues looked at it.
        """
        for item in self.current_items():
            file = db.session.get_one(File, item.file_id)
            file.must_be_in_use()
            file.share(self.asked_by)
        self.state = "open"
        self.presented_at = self.asked_at = self.state_at = clock.now()
        db.session.flush()

    def take_review(self, review: Review) -> None:
        """Let the client be asked once all have let the draft pass; one who sends it back stops it.

        What is in a package is shown together.
        """
        if not review.has_passed:
            self.state, self.state_at = "returned", clock.now()
        together = self._asked_together()
        if all(each.has_passed_review for each in together):
            for each in together:
                each.present()

    def release(self) -> None:
        """Wait for no review any more, and ask the client. Raises Overtaken if that is done."""
        self.hold_with_files()
        if self.state not in INTERNAL:
            raise Overtaken(self)
        for each in self._asked_together():
            each.present()

    def _asked_together(self) -> Sequence[Self]:
        """What the client will be asked at once with it: all drafts of its package, or it alone."""
        if self.package_id is None:
            return [self]
        kind = type(self)
        mine = (kind.package_id == self.package_id, kind.state.in_(INTERNAL))
        return every(select(kind).where(*mine).order_by(kind.id))
