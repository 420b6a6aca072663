"""Who gets a mail of what the reader does with an approval: said before it is sent."""

from __future__ import annotations

from app.blueprints.accounts.models import User
from app.blueprints.approvals.agency_letters import who_waits
from app.blueprints.approvals.models import Approval
from app.core.models import every
from app.core.wanting import names_of_told


def told_of_answer(approval: Approval, by: User) -> list[str]:
    """Who of the agency hears what the client says."""
    return names_of_told(who_waits(approval), "decided", approval.project_id, by)


def told_of_question(approval: Approval, by: User) -> list[str]:
    """Whose turn it becomes once colleagues have let it pass."""
    turns = every(approval.whose_turn()) if approval.state in ("review", "returned") else []
    return names_of_told(turns, "asked", approval.project_id, by)


def told_of_retraction(approval: Approval, by: User) -> list[str]:
    """Who was asked, and hears that a decision is taken back."""
    return names_of_told(every(approval.deciders()), "decided", approval.project_id, by)
