"""What the log says of comments. Drafts are their author's own affair: nothing is noted of them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.models import User
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.hearers import COMMENTED
from app.blueprints.approvals.log import note
from app.blueprints.approvals.models import Approval
from app.core.events import Device, Event
from app.core.features import Verb


def commented(
    approval: Approval, by: User, comments: Sequence[Comment], where: Device | None = None
) -> Event:
    """Note that comments were sent, all that went out at once in one line."""
    numbers = [each.public_id for each in comments]
    return note("approval.commented", approval, by, where, comments=numbers)


def happened(
    what: str, comment: Comment, approval: Approval, by: User, where: Device | None = None
) -> Event:
    """Note that a comment was resolved, reopened or taken back."""
    return note(f"approval.comment_{what}", approval, by, where, comment=comment.public_id)


def _address(event: Event) -> str:
    said = [*event.facts.get("comments", ()), event.facts.get("comment")]
    address = {"public_id": event.facts["approval"], "_anchor": "notes"}
    return url_for("approvals.show", comment=said[0], **address)


VERBS = {
    "approval.commented": Verb(
        _l("%(who)s commented on %(what)s."),
        _l("You commented on %(what)s."),
        url=_address,
        news=COMMENTED,
    ),
    "approval.comment_resolved": Verb(
        _l("%(who)s noted that a comment on %(what)s is done."),
        _l("You noted that a comment on %(what)s is done."),
        url=_address,
        shown=False,
    ),
    "approval.comment_reopened": Verb(
        _l("%(who)s noted that a comment on %(what)s is not done after all."),
        _l("You noted that a comment on %(what)s is not done after all."),
        url=_address,
        shown=False,
    ),
    "approval.comment_taken_back": Verb(
        _l("%(who)s took a comment on %(what)s back."),
        _l("You took a comment on %(what)s back."),
        url=_address,
        shown=False,
    ),
}
