"""How an approval waits, as the agency sees it: with whom, how long, who was reminded, who will be and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.blueprints.accounts.models import User
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.reminders import Awaited, FollowUp, Reminder
from app.blueprints.approvals.reminding import whom_to_remind, whom_to_remind_now
from app.blueprints.approvals.rhythm_forms import FollowUpForm
from app.blueprints.approvals.spells import shares_of
from app.blueprints.projects.delays import delay_of
from app.core.models import one
from app.core.rhythm import USUAL
from app.core.watch import is_today

Next = tuple[User, datetime]


def waits_of(approval: Approval) -> dict[str, Any]:
    """What approvals/_waits.html needs."""
    followed = whom_to_remind(approval) if approval.is_open else []
    past = Reminder.of_round(approval)
    remind = remind_of(approval, followed)
    awaited = Awaited.of(approval, followed, past) if followed else []
    follow_up = one(FollowUp.of_approval(approval)) or FollowUp(rhythm_name=USUAL)
    return {
        "remind": remind,
        "is_followed": bool(followed),
        "past": past,
        "next": _next(approval, follow_up, awaited),
        "shares": shares_of(approval),
        "delay": delay_of(approval.project, approval.due_at) if remind["people"] else None,
        "form": FollowUpForm(formdata=None, rhythm=follow_up.rhythm_name),
    }


def remind_of(approval: Approval, followed: Sequence[User] = ()) -> dict[str, Any]:
    """What approvals/_remind.html shows: whom a reminder reaches, and whether there was one today.

    `followed`: whose turn it is, as far as that is known.
    """
    is_more = approval.is_open and approval.package_id is not None
    people = whom_to_remind_now(approval) if is_more else followed
    return {"people": people, "is_done_today": is_today(Reminder.last_of(approval))}


def _next(approval: Approval, follow_up: FollowUp, awaited: Sequence[Awaited]) -> Next | None:
    """Who is reminded next, and when, if nobody does anything until then."""
    planned = [(each.user, follow_up.next_for(approval, each)) for each in awaited]
    found = [(user, at) for user, at in planned if at is not None]
    return min(found, key=lambda pair: pair[1], default=None)
