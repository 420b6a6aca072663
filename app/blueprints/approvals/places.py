"""What a comment is about, and with which version it was done, in a few words for its reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.models import Approval
from app.blueprints.files.versions import Version
from app.extensions import db


class Thing(NamedTuple):
    """One of the things that a round of an approval is about."""

    id: int
    approval_id: int
    round: int
    file_id: int
    name: str
    number: int


_THINGS = (
    select(
        ApprovalItem.id,
        ApprovalItem.approval_id,
        ApprovalItem.round,
        ApprovalItem.file_id,
        Version.name,
        Version.number,
    )
    .join(Version, Version.id == ApprovalItem.version_id)
    .where(ApprovalItem.approval_id.in_(bindparam("approvals", expanding=True)))
)


class Places:
    """The things that some approvals are about, in all their rounds; one query."""

    def __init__(self, approvals: Iterable[Approval]) -> None:
        self._rounds = {each.id: each.round for each in approvals}
        things = [
            Thing(*row) for row in db.session.execute(_THINGS, {"approvals": list(self._rounds)})
        ]
        self._things = {each.id: each for each in things}
        self._numbers = {
            (each.approval_id, each.round, each.file_id): each.number for each in things
        }
        self._sizes = Counter((each.approval_id, each.round) for each in things)

    def about(self, comment: Comment) -> str:
        """The file, if there are several; the version, if it is not the current one: "Poster.pdf, v2"."""
        thing = self._things.get(comment.item_id or 0)
        parts = (
            [thing.name] if thing and self._sizes[comment.approval_id, comment.round] > 1 else []
        )
        if comment.round < self._rounds[comment.approval_id]:
            parts.append(self._when(thing, comment.approval_id, comment.round))
        return ", ".join(parts)

    def done(self, comment: Comment) -> str:
        """That it is done, and in which version, if that is a later one; nothing if it is open."""
        if not comment.is_resolved:
            return ""
        later, thing = comment.resolved_round or 0, self._things.get(comment.item_id or 0)
        if later <= comment.round:
            return str(_("Resolved"))
        return str(
            _("Resolved in %(version)s", version=self._when(thing, comment.approval_id, later))
        )

    def _when(self, thing: Thing | None, approval_id: int, round: int) -> str:
        number = self._numbers.get((approval_id, round, thing.file_id)) if thing else None
        return f"v{number}" if number else str(_("round %(number)s", number=round))
