"""What the log says of approvals, and how it reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.models import Approval
from app.blueprints.clients import access
from app.blueprints.clients.models import Client
from app.core.events import Device, Event, record
from app.core.features import Verb
from app.core.models import every, one
from app.extensions import db

DECIDING = {"approved": "approval.approved", "changes": "approval.changes_requested"}


def note(
    verb: str, approval: Approval, by: User | None, where: Device | None = None, **more: Any
) -> Event:
    """Note what happened to an approval, with the versions that its round is about."""
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
    if reader.is_staff:
        return False
    return one(_sights(approval).where(Event.actor_id == reader.id).limit(1)) is None


def seen_by(approval: Approval) -> list[tuple[str, datetime]]:
    """Who of the client has seen this round, and when first."""
    return [(line.actor_name, line.at) for line in every(_sights(approval).order_by(Event.id))]


def decided(decision: Decision, by: User, where: Device | None = None) -> Event:
    """Note a decision at its very moment, with all that its receipt says, as it is then."""
    client = db.session.get_one(Client, decision.approval.client_id)
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
    )


def deciding_lines(approvals: Iterable[int]) -> Select[Event]:
    """The lines of the decisions on some approvals, by their numbers."""
    return select(Event).where(
        Event.subject_type == "approval",
        Event.subject_id.in_(approvals),
        Event.verb.in_(DECIDING.values()),
    )


def line_of(decision: Decision) -> Event | None:
    """The line that a decision left in the log; it is there once the decision is committed."""
    lines = every(deciding_lines([decision.approval_id]).order_by(Event.id))
    return next((each for each in lines if each.facts.get("decision") == decision.public_id), None)


def _sights(approval: Approval) -> Select[Event]:
    return select(Event).where(
        Event.subject_type == "approval",
        Event.subject_id == approval.id,
        Event.verb == "approval.seen",
        Event.at >= approval.asked_at,
    )


def _with_whom(event: Event) -> str:
    """What somebody was reminded of, and who: "Logo (Dr. Inken Feddersen)"."""
    return f"{event.facts['name']} ({', '.join(event.facts['to'])})"


def _address(event: Event) -> str:
    return url_for("approvals.show", public_id=event.facts["approval"])


VERBS = {
    "approval.asked": Verb(
        _l("%(who)s asks for approval of %(what)s."),
        _l("You asked for approval of %(what)s."),
        url=_address,
    ),
    "approval.seen": Verb(
        _l("%(who)s looked at %(what)s."),
        _l("You looked at %(what)s."),
        url=_address,
        shown=False,
    ),
    "approval.approved": Verb(
        _l("%(who)s approved %(what)s."), _l("You approved %(what)s."), url=_address
    ),
    "approval.changes_requested": Verb(
        _l("%(who)s asked for changes to %(what)s."),
        _l("You asked for changes to %(what)s."),
        url=_address,
    ),
    "approval.reopened": Verb(
        _l("%(who)s brought a new version of %(what)s for approval."),
        _l("You brought a new version of %(what)s for approval."),
        url=_address,
    ),
    "approval.reminded": Verb(
        _l("%(who)s sent a reminder of %(what)s."),
        _l("You sent a reminder of %(what)s."),
        _with_whom,
        _address,
        shown=False,
    ),
    "approval.reminded_itself": Verb(
        _l("There was a reminder of %(what)s."),
        _l("There was a reminder of %(what)s."),
        _with_whom,
        _address,
        shown=False,
    ),
    "approval.withdrawn": Verb(
        _l("%(who)s withdrew the request to approve %(what)s."),
        _l("You withdrew the request to approve %(what)s."),
        url=_address,
    ),
}
