"""The mails of approvals to those who are asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.blueprints.approvals import agency_letters
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.delegations import Delegation
from app.blueprints.approvals.matters import Matter
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.receipt import Receipt
from app.blueprints.approvals.terms import Terms
from app.blueprints.approvals.threads import thread_of
from app.blueprints.clients.models import Client
from app.core import mail
from app.core.agency import COLOUR, Agency
from app.core.models import every, one
from app.extensions import db


def ask_deciders(approval: Approval, by: User) -> list[str]:
    """Ask those whose turn it is, by mail; returns their names. Whoever asks gets none."""
    people = every(approval.to_ask_by_mail())
    return _ask(Matter(approval), by, [user for user in people if user.id != by.id])


def ask_for_all(approval: Approval, before: Sequence[User] = ()) -> list[str]:
    """Ask those whose turn it has become on an approval, or on its package, with one mail for all of it."""
    matter, known = Matter.whole(approval), {user.id for user in before}
    people = [user for user in every(approval.to_ask_by_mail()) if user.id not in known]
    return _ask(matter, approval.asked_by, people)


def ask_more(approval: Approval, by: User, before: Sequence[User]) -> list[str]:
    """Ask those whose turn it has become since others decide; returns their names."""
    known = {user.id for user in before}
    people = [user for user in every(approval.whose_turn()) if user.id not in known]
    return _ask(Matter(approval), by, people)


def pass_on(delegation: Delegation) -> None:
    """Ask who is to decide in somebody's place."""
    approval = db.session.get_one(Approval, delegation.approval_id)
    _ask(Matter(approval), delegation.by, [delegation.to], passed_on=delegation)


def tell_terms(matter: Matter, by: User, people: Sequence[User], before: Terms) -> list[str]:
    """Tell whose turn it is what is said otherwise from now on; returns their names."""
    return _ask(matter, by, people, kind="approval_changed", before=before)


def tell_taken_back(decision: Decision) -> None:
    """Tell who decided that it counts no more, and who else is asked that it is open again."""
    approval = decision.approval
    for user in every(approval.deciders()):
        mail.queue(
            "approval_taken_back",
            user.recipient,
            thread=thread_of(approval),
            project_id=approval.project_id,
            reply_to=decision.retraction.by.email if decision.retraction else "",
            approval=approval,
            client=db.session.get_one(Client, approval.client_id),
            decision=decision,
            reader=user,
            button_url=personal_url(user, "approvals.show", public_id=approval.public_id),
        )


def _ask(
    matter: Matter, by: User, people: Sequence[User], kind: str = "approval_asked", **more: Any
) -> list[str]:
    approval = matter.approval
    client = db.session.get_one(Client, approval.client_id)
    for user in people:
        mail.queue(
            kind,
            user.recipient,
            thread=thread_of(approval),
            project_id=approval.project_id,
            reply_to=by.email if by.is_staff or more else "",
            needed_by=approval.due_at,
            picture_of=matter.picture_for(user),
            approval=approval,
            title=matter.title,
            client=client,
            items=matter.items(user),
            asker=by,
            called=user.called,
            button_url=matter.url(user),
            colour=client.colour or _agency_colour(),
            **more,
        )
    return [user.name for user in people]


def remind(approval: Approval, user: User, since: datetime, by: User | None) -> None:
    """Remind somebody who must act since then; a reminder that still lies in the outbox is replaced."""
    client = db.session.get_one(Client, approval.client_id)
    thread, contact = thread_of(approval), _who_answers(approval, by)
    matter = Matter.whole(approval)
    mail.call_off("approval_reminder", thread, user.id)
    mail.queue(
        "approval_reminder",
        user.recipient,
        reply_to=contact.email if contact else "",
        contact=contact,
        thread=thread,
        project_id=approval.project_id,
        needed_by=approval.due_at,
        picture_of=matter.picture_for(user),
        approval=approval,
        title=matter.title,
        client=client,
        items=matter.items(user),
        called=user.called,
        since_when=since,
        button_url=matter.url(user),
        colour=client.colour or _agency_colour(),
    )


def send_receipt(decision: Decision, user: User) -> None:
    """Send somebody the receipt that they look at; nobody gets one without asking for it."""
    client = db.session.get_one(Client, decision.approval.client_id)
    mail.queue(
        "receipt",
        user.recipient,
        receipt=Receipt.of(decision),
        button_url=agency_letters.receipt_url(user, decision),
        colour=client.colour or _agency_colour(),
    )


def _who_answers(approval: Approval, by: User | None) -> User | None:
    """Whom an answer to a reminder reaches: who sends it, or asked, or leads the project; none who left."""
    for person in (by, approval.asked_by):
        if person is not None and person.is_staff and person.removed_at is None:
            return person
    return one(User.present().where(User.id == approval.project.lead_id))


def _agency_colour() -> str:
    agency = Agency.current()
    return agency.colour if agency else COLOUR
