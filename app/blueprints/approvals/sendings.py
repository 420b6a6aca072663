"""What a client's person has written goes out all at once: with their decision, or without one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.comments import Comment, must_take_comments
from app.blueprints.approvals.models import Approval
from app.core import clock
from app.core.models import add, every

if TYPE_CHECKING:
    from app.blueprints.approvals.decisions import Decision

MOST = 50


def send_drafts(approval: Approval, by: User) -> list[Comment]:
    """Send what a person has written in this round. Drafts on versions before it stay drafts.

    Raises NotTaken where nothing can be said any more.
    """
    must_take_comments(approval)
    return _send(approval, by, clock.now())


def send_with(decision: Decision) -> list[Comment]:
    """Send what a person has written in this round with their decision; its reason comes first."""
    sent = _send(decision.approval, decision.by, decision.created_at)
    if decision.reason:
        sent.insert(0, _reason_of(decision))
    for each in sent:
        each.decision_id = decision.id
    return sent


def what_to_change(approval: Approval, by: User) -> Sequence[Comment]:
    """What says what is to be changed if `by` wishes so: the client's open comments of this round.

    A wish for changes with at least one of them needs no further reason.
    """
    client = select(User.id).where(User.side == by.side)
    said = Comment.author_id.in_(client) & Comment.sent_at.is_not(None)
    query = select(Comment).where(
        Comment.approval_id == approval.id,
        Comment.round == approval.round,
        Comment.answers_id.is_(None),
        Comment.resolved_at.is_(None),
        Comment.is_reason.is_(False),
        or_(Comment.written_by(by), said),
    )
    return every(query.order_by(Comment.id).limit(MOST))


def _send(approval: Approval, by: User, moment: datetime) -> list[Comment]:
    drafts = Comment.drafts_of(by, approval).where(Comment.round == approval.round)
    sent = list(every(drafts))
    for each in sent:
        each.sent_at = moment
    return sent


def _reason_of(decision: Decision) -> Comment:
    items = decision.approval.current_items()
    reason = Comment(approval_id=decision.approval_id, round=decision.round, is_reason=True)
    reason.author, reason.body = decision.by, decision.reason
    reason.created_at = reason.sent_at = decision.created_at
    reason.item_id = items[0].id if len(items) == 1 else None
    add(reason)
    return reason
