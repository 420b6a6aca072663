"""Who hears of what happens to an approval, as things stand when it is asked. The mails are letters.py's affair."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals import agency_letters, comment_letters
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reviews import ApprovalReviewer
from app.core.events import Event
from app.core.features import News
from app.core.models import every
from app.extensions import db


def _who_must_act(event: Event) -> list[User]:
    approval = _approval(event)
    return list(every(approval.whose_turn())) if approval and approval.is_open else []


def _who_must_act_in_package(event: Event) -> list[User]:
    package = Package.by_public_id(event.facts["package"])
    return list(every(package.whose_turn())) if package else []


def _who_reviews(event: Event) -> list[User]:
    approval = _approval(event)
    return list(every(ApprovalReviewer.awaited(approval))) if approval else []


def _who_decides(event: Event) -> list[User]:
    approval = _approval(event)
    return list(every(approval.deciders())) if approval else []


def _who_waits(event: Event) -> list[User]:
    approval = _approval(event)
    return agency_letters.who_waits(approval) if approval else []


def _who_talks(event: Event) -> list[User]:
    approval = _approval(event)
    by = db.session.get(User, event.actor_id) if event.actor_id else None
    if approval is None or by is None:
        return []
    sent = select(Comment).where(Comment.public_id.in_(event.facts["comments"]))
    return comment_letters.hearers(approval, by, every(sent))


def _who_was_reminded(event: Event) -> list[User]:
    return [user for user in _who_must_act(event) if user.public_id in event.facts.get("hears", ())]


def _approval(event: Event) -> Approval | None:
    return Approval.by_public_id(event.facts["approval"])


ASKED = News("asked", _who_must_act, by_mail=False)
PACKAGE_ASKED = News("asked", _who_must_act_in_package, by_mail=False)
REVIEW_ASKED = News("asked", _who_reviews, by_mail=False)
REVIEWED = News("decided", _who_waits, by_mail=False)
REMINDED = News(
    "reminder", _who_was_reminded, by_mail=False, words=_l("%(who)s reminds you of %(what)s.")
)
REMINDED_ITSELF = News(
    "reminder",
    _who_was_reminded,
    by_mail=False,
    words=_l("%(what)s still waits for your approval."),
)
DECIDED = News("decided", _who_waits, by_mail=False)
TAKEN_BACK = News("decided", _who_decides, by_mail=False)
COMMENTED = News("comment", _who_talks, by_mail=False)
