"""The mails of approvals to the agency: to who reviews, and to those who wait for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.blueprints.approvals import comment_letters
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.readers import sees
from app.blueprints.approvals.reviews import ApprovalReviewer, Review
from app.blueprints.approvals.threads import thread_of
from app.blueprints.clients.models import Client
from app.core import mail
from app.core.models import every
from app.extensions import db


def ask_reviewers(approval: Approval, by: User) -> list[str]:
    """Ask those who have still to look before the client does; returns their names."""
    people = [user for user in every(ApprovalReviewer.awaited(approval)) if user.id != by.id]
    _send("approval_review", people, approval, by, asker=by)
    return [user.name for user in people]


def tell_of_review(review: Review, approval: Approval) -> None:
    """Tell who asked that a colleague sent the draft back, or that it is with the client now."""
    if approval.asked_by_id != review.by_id and (not review.has_passed or approval.is_open):
        people = [user for user in who_waits(approval) if user.id == approval.asked_by_id]
        _send("approval_reviewed", people, approval, review.by, review=review)


def tell_agency(decision: Decision) -> None:
    """Tell who waits what was decided and said; never who decided.

    Others whom a comment concerns that went with it get that comment.
    """
    approval, comments = decision.approval, every(Comment.of_decision(decision))
    people = [user for user in who_waits(approval) if user.id != decision.by_id]
    said = comment_letters.as_told(approval, [each for each in comments if not each.is_reason])
    for user in people:
        more = {"decision": decision, "said": said, "receipt_url": receipt_url(user, decision)}
        _send("approval_decided", [user], approval, decision.by, **more)
    comment_letters.tell(approval, decision.by, comments, told={user.id for user in people})


def receipt_url(user: User, decision: Decision) -> str:
    """The address of a receipt for somebody, signed in or not."""
    return personal_url(user, "approvals.show_receipt", public_id=decision.public_id)


def who_waits(approval: Approval) -> list[User]:
    """Who of the agency waits for the answer: who asked, and who leads the project, if they see it."""
    numbers = {approval.asked_by_id, approval.project.lead_id} - {None}
    people = every(User.present().where(User.id.in_(numbers)).order_by(User.id))
    return [user for user in people if sees(user, approval)]


def _send(kind: str, people: Sequence[User], approval: Approval, by: User, **more: Any) -> None:
    for user in people:
        mail.queue(
            kind,
            user.recipient,
            thread=thread_of(approval),
            project_id=approval.project_id,
            reply_to=by.email,
            approval=approval,
            client=db.session.get_one(Client, approval.client_id),
            called=user.called,
            button_url=personal_url(user, "approvals.show", public_id=approval.public_id),
            **more,
        )
