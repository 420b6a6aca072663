"""Reminding: by itself on working mornings, or by somebody of the agency, never twice a day."""

from __future__ import annotations

from collections.abc import Sequence

from app.blueprints.accounts.models import User
from app.blueprints.approvals import letters, log
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reminders import Awaited, FollowUp, Reminder, follow_open_ones
from app.blueprints.approvals.threads import approval_of
from app.blueprints.approvals.turns import turns_since
from app.core import clock, features
from app.core.agency import agency_zone
from app.core.due import Drain
from app.core.events import Device
from app.core.humane import day_there, is_humane
from app.core.mail import ONLY_IF, Mail
from app.core.models import every, one
from app.core.watch import NobodyToRemind, RemindedToday, is_today
from app.extensions import db


def remind_now(approval: Approval, by: User, where: Device | None = None) -> list[User]:
    """Remind whoever must act, at once; of a package, of all that waits in it, with one mail for each.

    Raises RemindedToday, NobodyToRemind.
    """
    approval.hold()
    firsts = _first_for_each(approval)
    fresh = {user: first for user, first in firsts.items() if not _is_today_of(user, first)}
    if not firsts:
        raise NobodyToRemind
    if not fresh or is_today(Reminder.last_of(approval)):
        raise RemindedToday
    for first in dict.fromkeys(fresh.values()):
        _remind(first, [user for user in fresh if fresh[user] == first], by, where)
    return list(fresh)


def whom_to_remind_now(approval: Approval) -> Sequence[User]:
    """Who is reminded if somebody of the agency does it: whose turn it is here, or in all of the package."""
    return list(_first_for_each(approval))


def whom_to_remind(approval: Approval) -> Sequence[User]:
    """Whose turn it is, if the approval exists for them and its project goes on.

    Of a package, the first approval that waits for somebody stands for all of them.
    """
    people = [user for user in every(approval.whose_turn()) if _is_first_for(user, approval)]
    # What one person of a client can decide, all can who were asked.
    return people if people and _waits_for(people[0], approval) else []


def look(follow_up: FollowUp) -> None:
    """Remind those for whom the time has come, and say when to look again."""
    approval = db.session.get_one(Approval, follow_up.approval_id).hold()
    if not approval.is_open:
        follow_up.settle()
        return
    awaited = Awaited.of(approval, whom_to_remind(approval), Reminder.of_round(approval))
    awake = [each for each in awaited if is_humane(clock.now(), each.zone)]
    late = [each.user for each in awake if follow_up.is_missing(approval, each)]
    _remind(approval, late, None)
    follow_up.look_again([each.zone for each in awaited] or [agency_zone()])


def is_still_so(reminder: Mail) -> bool:
    """Whether a reminder in the outbox is to be sent: a mail server that was away must not remind of what is done."""
    approval = approval_of(reminder)
    user = db.session.get(User, reminder.user_id)
    return (
        features.is_on("approvals")
        and approval is not None
        and user is not None
        and user.id in {each.id for each in whom_to_remind(approval)}
    )


def _remind(
    approval: Approval, people: Sequence[User], by: User | None, where: Device | None = None
) -> None:
    if not people:
        return
    turns = turns_since([approval], people)
    for user in people:
        Reminder.note(approval, user, by)
        letters.remind(approval, user, turns[approval.id, user.id], by)
    verb = "approval.reminded" if by else "approval.reminded_itself"
    facts = {"to": [user.name for user in people], "hears": [user.public_id for user in people]}
    log.note(verb, approval, by, where, internal=True, **facts)


def _first_for_each(approval: Approval) -> dict[User, Approval]:
    """Who must act, each with the approval that stands for all that waits for them."""
    package = Package.of(approval)
    if package is None:
        return dict.fromkeys(whom_to_remind(approval), approval)
    waiting = {
        user: every(package.waiting_for(user).limit(1)) for user in every(package.whose_turn())
    }
    return {user: first for user, those in waiting.items() for first in those}


def _is_first_for(user: User, approval: Approval) -> bool:
    package = Package.of(approval)
    return package is None or one(package.waiting_for(user).limit(1)) == approval


def _waits_for(user: User, approval: Approval) -> bool:
    return one(Approval.waiting_for(user).where(Approval.id == approval.id)) is not None


def _is_today_of(user: User, approval: Approval) -> bool:
    """Whether this person was reminded today, by their own clock."""
    today = day_there(clock.now(), user.time_zone)
    mine = Reminder.of_all_with(approval).where(Reminder.user_id == user.id, Reminder.day == today)
    return one(mine.limit(1)) is not None


def is_still_asked(letter: Mail) -> bool:
    """Whether a mail that asks is still to be sent: some wait until the morning, and it may be decided by then."""
    approval, user = approval_of(letter), db.session.get(User, letter.user_id)
    if approval is None or user is None or not features.is_on("approvals"):
        return False
    package = Package.of(approval)
    query = package.waiting_for(user) if package else Approval.waiting_for(user)
    mine = query if package else query.where(Approval.id == approval.id)
    return one(mine.limit(1)) is not None


ONLY_IF["approval_asked"] = ONLY_IF["approval_changed"] = is_still_asked
ONLY_IF["approval_reminder"] = is_still_so
DRAIN = Drain("reminders", FollowUp, look, prepare=follow_open_ones)
