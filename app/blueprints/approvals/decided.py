"""What makes an approval decided: whose turn it is, and what all that was said comes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from sqlalchemy import ColumnElement, Select, String, and_, case, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.deciders import ApprovalDecider, Person, is_awaited, is_turn
from app.blueprints.approvals.errors import Overtaken
from app.blueprints.approvals.reviewed import Reviewed
from app.blueprints.clients import access
from app.core import clock
from app.core.models import every, one
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.approvals.decisions import Decision


class Decided(Reviewed):
    """The part of an approval that is about its deciders."""

    __abstract__ = True

    mode: Mapped[str] = mapped_column(String(8), default="any")

    @declared_attr
    def standing(cls) -> Mapped[list[Decision]]:
        """What counts in the current round."""
        return relationship(
            "Decision",
            primaryjoin="and_(Approval.id == foreign(Decision.approval_id),"
            " Approval.round == foreign(Decision.round), Decision.retraction_id.is_(None))",
            order_by="Decision.id",
            viewonly=True,
            lazy="raise",
        )

    @classmethod
    def waiting_for(cls, user: User) -> Select[Self]:
        """The approvals that a person must decide now, and may; the most pressing first."""
        mine = cls.visible_to(user).join(ApprovalDecider, ApprovalDecider.approval_id == cls.id)
        turns = (ApprovalDecider.user_id == user.id, is_turn(cls, ApprovalDecider))
        return cls._running(mine.where(*turns))

    @classmethod
    def waiting_for_nobody(cls, user: User) -> Select[Self]:
        """The open approvals that nobody can decide any more: who was asked has left, or lost the right."""
        awaited = select(ApprovalDecider.id).where(
            ApprovalDecider.approval_id == cls.id, is_awaited(cls, ApprovalDecider)
        )
        stuck = ~awaited.correlate_except(ApprovalDecider).exists()
        return cls._running(cls.visible_to(user).where(cls.state == "open", stuck))

    @classmethod
    def with_agency(cls, user: User) -> Select[Self, str]:
        """What the agency must act on, each with why: "review" it, "returned", "changes", or "nobody" can decide."""
        to_review, stuck = (
            cls.id.in_(those.with_only_columns(cls.id).order_by(None))
            for those in (cls.to_review(user), cls.waiting_for_nobody(user))
        )
        why = case(
            (and_(cls.state == "review", to_review), "review"),
            (cls.state.in_(("returned", "changes")), cls.state),
            (and_(cls.state == "open", stuck), "nobody"),
        )
        mine = cls._running(cls.visible_to(user).where(why.is_not(None)))
        return mine.add_columns(why.label("why"))

    def deciders(self) -> Select[User]:
        """Who has been asked and may still decide for this client, by name."""
        asked = select(ApprovalDecider.user_id).where(ApprovalDecider.approval_id == self.id)
        return access.people_who("decide", self.client_id).where(User.id.in_(asked))

    def whose_turn(self) -> Select[User]:
        """Who must act now, by name: nobody once it is decided or withdrawn."""
        return self._people_who(is_turn(type(self), ApprovalDecider))

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
        awaited = self._people_who(is_awaited(type(self), ApprovalDecider))
        return self.is_open and one(awaited.where(User.id == user.id)) is not None

    def is_asked_of(self, user: User) -> bool:
        """Whether a person is one of those who have been asked."""
        mine = ApprovalDecider.of(self).where(ApprovalDecider.user_id == user.id)
        return one(mine) is not None

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

    def _people_who(self, condition: ColumnElement[bool]) -> Select[User]:
        kind = type(self)
        asked = select(ApprovalDecider.user_id).join(kind, kind.id == ApprovalDecider.approval_id)
        people = asked.where(kind.id == self.id, condition)
        return User.present().where(User.id.in_(people)).order_by(User.name, User.id)

    def _outcome(self) -> str:
        """Changes as soon as one wants them; approved once one has, or all who are awaited have."""
        from app.blueprints.approvals.decisions import Decision

        said = set(every(Decision.standing(self).with_only_columns(Decision.outcome)))
        if "changes" in said:
            return "changes"
        awaited = ApprovalDecider.of(self).join(type(self), type(self).id == self.id)
        more = awaited.where(is_awaited(type(self), ApprovalDecider)).limit(1)
        enough = bool(said) and (self.mode == "any" or one(more) is None)
        return "approved" if enough else "open"
