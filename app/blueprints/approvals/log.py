"""What the log says of approvals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.blueprints.accounts.login import viewer_of
from app.blueprints.accounts.models import User
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.copies import ReceiptCopy
from app.blueprints.approvals.deciders import everybody_asked
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.delegations import Delegation
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reviews import Review
from app.blueprints.approvals.terms import Terms
from app.blueprints.clients import access
from app.blueprints.clients.models import Client
from app.core.events import Device, Event, record
from app.core.models import every, one
from app.extensions import db

DECIDING = {"approved": "approval.approved", "changes": "approval.changes_requested"}
TAKEN_BACK = "approval.taken_back"


def note(
    verb: str, approval: Approval, by: User | None, where: Device | None = None, **more: Any
) -> Event:
    """Note what happened to an approval, with the versions that its round is about.

    As long as the client has not been shown it, they don't read of it either.
    """
    more.setdefault("internal", approval.is_internal)
    versions = [
        {"name": item.version.name, "number": item.version.number, "sha256": item.version.sha256}
        for item in approval.current_items()
    ]
    project = approval.project
    return record(
        verb,
        approval,
        by=by,
        where=where,
        project=project,
        client=db.session.get_one(Client, project.client_id),
        in_project=project.public_id,
        project_name=project.name,
        name=approval.title,
        approval=approval.public_id,
        round=approval.round,
        versions=versions,
        **more,
    )


def is_first_sight(approval: Approval, reader: User) -> bool:
    """Whether somebody of the client has this round before them for the first time."""
    if reader.is_staff or viewer_of(reader):
        return False
    return one(_sights(approval).where(Event.actor_id == reader.id).limit(1)) is None


def seen_by(approval: Approval) -> list[tuple[str, datetime]]:
    """Who of the client has seen this round, and when first."""
    return [(line.actor_name, line.at) for line in every(_sights(approval).order_by(Event.id))]


def decided(decision: Decision, by: User, where: Device | None = None) -> Event:
    """Note a decision at its very moment, with all that its receipt says, and have that printed."""
    ReceiptCopy.begin(decision)
    client = db.session.get_one(Client, decision.approval.client_id)
    comments = every(Comment.of_decision(decision).where(Comment.is_reason.is_(False)))
    return note(
        DECIDING[decision.outcome],
        decision.approval,
        by,
        where,
        at=decision.created_at,
        decision=decision.public_id,
        reference=decision.reference,
        reason=decision.reason,
        seen=decision.seen,
        role=access.role_at(by, client.id) or "",
        company=client.legal_name or client.name,
        comments=[each.public_id for each in comments],
    )


@dataclass(slots=True)
class Told:
    """What the log tells of a decision: that it was made, and that it was taken back."""

    made: Event | None = None
    taken_back: Event | None = None


def told_of(decisions: Iterable[Decision]) -> dict[str, Told]:
    """What the log tells of some committed decisions, by their opaque ids; one query for all."""
    lines = select(Event).where(
        Event.subject_type == "approval",
        Event.subject_id.in_({each.approval_id for each in decisions}),
        Event.verb.in_([*DECIDING.values(), TAKEN_BACK]),
    )
    told: dict[str, Told] = defaultdict(Told)
    for line in every(lines.order_by(Event.id)):
        of_one = told[str(line.facts.get("decision"))]
        if line.verb == TAKEN_BACK:
            of_one.taken_back = line
        else:
            of_one.made = line
    return told


def line_of(decision: Decision) -> Event | None:
    """The line that a committed decision left in the log."""
    return told_of([decision])[decision.public_id].made


def deciders_changed(approval: Approval, by: User, where: Device) -> Event:
    """Note who decides from now on, and that this may have settled it."""
    facts = _of_whom(approval) | {"state": approval.state}
    return note("approval.deciders_changed", approval, by, where, **facts)


def delegated(delegation: Delegation, where: Device) -> Event:
    """Note who passed their decision on to whom."""
    approval = db.session.get_one(Approval, delegation.approval_id)
    facts = {"to": delegation.to.name, "words": delegation.words}
    return note("approval.delegated", approval, delegation.by, where, **facts)


def taken_back(decision: Decision, by: User, where: Device, reason: str) -> Event:
    """Note that a decision counts no more, and why."""
    facts = {"decision": decision.public_id, "reference": decision.reference, "reason": reason}
    return note(TAKEN_BACK, decision.approval, by, where, of=decision.by.name, **facts)


def terms_changed(approval: Approval, before: Terms, by: User, where: Device) -> Event:
    """Note what is said otherwise from now on, and what was said before."""
    facts = _in_other_words(before, Terms.of(approval))
    return note("approval.terms_changed", approval, by, where, **facts)


def package_terms_changed(package: Package, before: Terms, by: User, where: Device) -> Event:
    """Note what is said otherwise of all that is pending in a package."""
    approvals, facts = every(package.pending()), _in_other_words(before, package.terms)
    for approval in approvals:
        note("approval.changed_together", approval, by, where, **facts)
    internal = all(each.is_internal for each in approvals)
    return _note_package("package.terms_changed", package, by, where, internal=internal, **facts)


def asked(approval: Approval, where: Device | None = None) -> Event:
    """Note that the client is asked from now on; of a package one line for readers, and one for each in it."""
    package, by = Package.of(approval), approval.asked_by
    if package is None:
        return note("approval.asked", approval, by, where, **_of_whom(approval))
    approvals = every(package.every_approval().where(Approval.state == "open"))
    for each in approvals:
        note("approval.asked_together", each, by, where, **_of_whom(each))
    return _note_package("package.asked", package, by, where, count=len(approvals))


def reviewed(review: Review, approval: Approval, where: Device) -> Event:
    """Note what a colleague said to a draft."""
    verb = f"approval.review_{review.outcome}"
    return note(verb, approval, review.by, where, internal=True, reason=review.reason)


def _of_whom(approval: Approval) -> dict[str, Any]:
    """Who decides, and how."""
    names = [each.name for each in everybody_asked(Approval, approval)]
    return {"deciders": names, "mode": approval.mode}


def _note_package(
    verb: str, package: Package, by: User, where: Device | None, **more: Any
) -> Event:
    project = package.project
    return record(
        verb,
        package,
        by=by,
        where=where,
        project=project,
        client=db.session.get_one(Client, project.client_id),
        in_project=project.public_id,
        project_name=project.name,
        name=package.title,
        package=package.public_id,
        **more,
    )


def _in_other_words(before: Terms, now: Terms) -> dict[str, Any]:
    changed = now.differing(before)
    return {"changed": changed, "was": before.in_facts(changed), "now": now.in_facts(changed)}


def _sights(approval: Approval) -> Select[Event]:
    return select(Event).where(
        Event.subject_type == "approval",
        Event.subject_id == approval.id,
        Event.verb == "approval.seen",
        Event.at >= approval.asked_at,
    )
