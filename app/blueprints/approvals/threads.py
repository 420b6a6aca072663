"""Mails about the same approval stand together where they are read."""

from __future__ import annotations

from app.blueprints.approvals.models import Approval
from app.core.mail import Mail

PREFIX = "approval-"


def thread_of(approval: Approval) -> str:
    """The name of the conversation that mails about an approval belong to."""
    return PREFIX + approval.public_id


def approval_of(letter: Mail) -> Approval | None:
    """The approval that a mail is about."""
    return Approval.by_public_id(letter.thread.removeprefix(PREFIX))
