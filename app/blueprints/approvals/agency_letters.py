"""The mails of approvals to the agency: to who reviews, and to those who wait for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.blueprints.approvals import comment_letters
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.matters import Matter
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.readers import sees
from app.blueprints.approvals.reviews import ApprovalReviewer, Review
from app.blueprints.approvals.threads import thread_of
from app.blueprints.clients.models import Client
from app.core import mail
from app.core.models import every
from app.extensions import db


def ask_reviewers(approval: Approval, by: User, matter: Matter | None = None) -> list[str]:
    """Ask those who have still to look before the client does; returns their names.

    `matter`: what the mail speaks of, if not this approval alone.
    """
    people = [user for user in every(ApprovalReviewer.awaited(approval)) if user.id != by.id]
    _send("approval_review", people, matter or Matter(approval), by, asker=by)
    return [user.name for user in people]


def tell_of_review(review: Review, approval: Approval) -> None:
    """Tell who asked that a colleague sent the draft back, or that it is with the client now."""
    if approval.asked_by_id != review.by_id and (not review.has_passed or approval.is_open):
        people = [user for user in who_waits(approval) if user.id == approval.asked_by_id]
        matter = Matter.whole(approval) if review.has_passed else Matter(approval)
        _send("approval_reviewed", people, matter, review.by, review=review)


def tell_of_package(package: Package, by: User) -> None:
    """Tell who waits what became of all that was asked for together, once nothing of it is open."""
    approvals = every(package.every_approval())
    words = {each.id: each for each in every(package.last_decisions())}
    for user in who_waits(approvals[0]):
        if user.id != by.id:
            rows = [(each, words.get(each.id)) for each in approvals]
            _send("package_closed", [user], Matter(approvals[0], package), by, rows=rows)


def tell_agency(decision: Decision) -> None:
    """Tell who waits what was decided and said; never who decided.

    Others whom a comment concerns that went with it get that comment.
    """
    approval, comments = decision.approval, every(Comment.of_decision(decision))
    people = [user for user in who_waits(approval) if user.id != decision.by_id]
    said = comment_letters.as_told(approval, [each for each in comments if not each.is_reason])
    for user in people:
        more = {"decision": decision, "said": said, "receipt_url": receipt_url(user, decision)}
        _send("approval_decided", [user], Matter(approval), decision.by, **more)
    comment_letters.tell(approval, decision.by, comments, told={user.id for user in people})


def tell_what_was_said(decision: Decision) -> None:
    """Tell whom it concerns what was said beside a decision that settles nothing yet."""
    comments = [each for each in every(Comment.of_decision(decision)) if not each.is_reason]
    comment_letters.tell(decision.approval, decision.by, comments)


def receipt_url(user: User, decision: Decision) -> str:
    """The address of a receipt for somebody, signed in or not."""
    return personal_url(user, "approvals.show_receipt", public_id=decision.public_id)


def who_waits(approval: Approval) -> list[User]:
    """Who of the agency waits for the answer: who asked, and who leads the project, if they see it."""
    numbers = {approval.asked_by_id, approval.project.lead_id} - {None}
    people = every(User.present().where(User.id.in_(numbers)).order_by(User.id))
    return [user for user in people if sees(user, approval)]


def _send(kind: str, people: Sequence[User], matter: Matter, by: User, **more: Any) -> None:
    for user in people:
        mail.queue(
            kind,
            user.recipient,
            thread=thread_of(matter.approval),
            project_id=matter.approval.project_id,
            reply_to=by.email,
            picture_of=matter.picture_for(user),
            approval=matter.approval,
            title=matter.title,
            client=db.session.get_one(Client, matter.approval.client_id),
            called=user.called,
            button_url=matter.url(user),
            **more,
        )
