"""Delegations: somebody who was asked passes it on to a colleague."""

from __future__ import annotations

from typing import Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.deciders import ApprovalDecider
from app.blueprints.approvals.errors import Overtaken
from app.blueprints.approvals.models import Approval
from app.blueprints.clients import access
from app.core.errors import Conflict, NotAllowed
from app.core.models import UNNESTED, Model, add, one


class Delegation(Model):
    """Who passed a decision on to whom, in which round, with which words."""

    __tablename__ = "delegations"

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"), index=True)
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED, foreign_keys=by_id)
    to_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    to: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED, foreign_keys=to_id)
    words: Mapped[str] = mapped_column(String(1000), default="")

    @classmethod
    def make(cls, approval: Approval, by: User, to: User, words: str = "") -> Self:
        """Let a colleague decide in somebody's place.

        Raises Overtaken if it is not open any more, NotAllowed if it does not wait for them,
        Conflict if the colleague is asked already or may not decide.
        """
        approval.hold()
        approval.must_be_running()
        if not approval.is_open:
            raise Overtaken(approval)
        mine = one(ApprovalDecider.of(approval).where(ApprovalDecider.user_id == by.id))
        if mine is None or not approval.awaits(by):
            raise NotAllowed
        if one(colleagues(approval).where(User.id == to.id)) is None:
            raise Conflict(_l("This person can't decide in your place. Please choose again."))
        mine.user_id = to.id
        delegation = cls(approval_id=approval.id, round=approval.round, by=by, to=to, words=words)
        add(delegation)
        return delegation

    @classmethod
    def of_round(cls, approval: Approval) -> Select[Self]:
        """What was passed on in this round, the first first."""
        mine = (cls.approval_id == approval.id, cls.round == approval.round)
        return select(cls).where(*mine).order_by(cls.id)


def colleagues(approval: Approval) -> Select[User]:
    """To whom a decision can be passed on: who may decide at this client and is not asked yet, by name."""
    asked = select(ApprovalDecider.user_id).where(
        ApprovalDecider.approval_id == approval.id, ApprovalDecider.user_id.is_not(None)
    )
    return access.people_who("decide", approval.client_id).where(User.id.not_in(asked))
