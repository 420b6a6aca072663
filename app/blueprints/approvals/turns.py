"""Turns: since when it has been somebody's turn to decide, and whose turn it is, of many approvals at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.deciders import ApprovalDecider, is_turn
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.delegations import Delegation
from app.blueprints.approvals.models import Approval
from app.extensions import db

Turns = dict[tuple[int, int], datetime]


def turns_since(approvals: Sequence[Approval], people: Sequence[User]) -> Turns:
    """Since when each of these people could decide, by the numbers of approval and person.

    That is when the round began, or they were asked later, or it was passed on to them; one after the
    other, it is when somebody before them decided.
    """
    moments = [_put(approvals, people), _passed_on(approvals, people)]
    decided = _last_decided([each for each in approvals if each.mode == "order"])
    return {
        (approval.id, user.id): max(
            approval.asked_at,
            *(found.get((approval.id, user.id), approval.asked_at) for found in moments),
            decided.get(approval.id, approval.asked_at),
        )
        for approval in approvals
        for user in people
    }


def names_of_turn(approvals: Sequence[Approval]) -> dict[int, str]:
    """Who must act now on each of these approvals, by their numbers."""
    query = (
        select(ApprovalDecider.approval_id, User.name)
        .join(Approval, Approval.id == ApprovalDecider.approval_id)
        .join(User, User.id == ApprovalDecider.user_id)
        .where(Approval.id.in_(_numbers(approvals)), is_turn(Approval, ApprovalDecider))
        .order_by(ApprovalDecider.position, User.name, User.id)
    )
    names: dict[int, list[str]] = {}
    for number, name in db.session.execute(query):
        names.setdefault(number, []).append(name)
    return {number: ", ".join(those) for number, those in names.items()}


def _put(approvals: Sequence[Approval], people: Sequence[User]) -> Turns:
    theirs = (
        ApprovalDecider.approval_id.in_(_numbers(approvals)),
        ApprovalDecider.user_id.in_([user.id for user in people]),
    )
    query = select(ApprovalDecider.approval_id, ApprovalDecider.user_id, ApprovalDecider.created_at)
    return {(a, u): at for a, u, at in db.session.execute(query.where(*theirs)) if u is not None}


def _passed_on(approvals: Sequence[Approval], people: Sequence[User]) -> Turns:
    query = (
        select(Delegation.approval_id, Delegation.to_id, func.max(Delegation.created_at))
        .where(
            Delegation.approval_id.in_(_numbers(approvals)),
            Delegation.to_id.in_([user.id for user in people]),
        )
        .group_by(Delegation.approval_id, Delegation.to_id)
    )
    return {(a, u): at for a, u, at in db.session.execute(query)}


def _last_decided(approvals: Sequence[Approval]) -> dict[int, datetime]:
    query = (
        select(Decision.approval_id, func.max(Decision.created_at))
        .where(Decision.approval_id.in_(_numbers(approvals)))
        .group_by(Decision.approval_id)
    )
    return dict(iter(db.session.execute(query))) if approvals else {}


def _numbers(approvals: Sequence[Approval]) -> list[int]:
    return [each.id for each in approvals]
