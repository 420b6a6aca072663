"""What the search finds of approvals: their titles, what the client was asked, and what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.models import Approval
from app.blueprints.projects.models import Project
from app.blueprints.projects.searched import place_of
from app.core.formats import moment
from app.core.markdown import plain
from app.core.searched import Said, Searched
from app.extensions import db

LONGEST_TITLE = 100


def _approvals(user: User) -> Select[Approval]:
    found = Approval.visible_to(user)
    return found.options(joinedload(Approval.project).joinedload(Project.client))


def _words(numbers: Sequence[int]) -> Iterator[Said]:
    query = select(Approval.id, Approval.title, Approval.message).where(Approval.id.in_(numbers))
    for number, title, message in db.session.execute(query):
        yield Said(number, title, message)


def _meta(approval: Approval, user: User) -> list[Any]:
    return [*place_of(approval.project, user), moment(approval.created_at)]


APPROVALS = Searched(
    kind="approval",
    label=_l("Approvals"),
    icon="approved",
    scope=_approvals,
    words=_words,
    made_of={Approval: "id"},
    url=lambda approval: url_for("approvals.show", public_id=approval.public_id),
    meta=_meta,
)


def _comments(user: User) -> Select[Comment]:
    found = Comment.sent(user)
    project = joinedload(Comment.approval).joinedload(Approval.project)
    return found.options(project.joinedload(Project.client))


def _said(numbers: Sequence[int]) -> Iterator[Said]:
    """Of drafts, nothing: they are not in the index."""
    query = select(Comment.id, Comment.body).where(
        Comment.id.in_(numbers), Comment.sent_at.is_not(None)
    )
    for number, body in db.session.execute(query):
        title = plain(body, LONGEST_TITLE)
        yield Said(number, title, body if len(body) > LONGEST_TITLE else "")


COMMENTS = Searched(
    kind="comment",
    label=_l("Comments"),
    icon="message",
    scope=_comments,
    words=_said,
    made_of={Comment: "id"},
    url=lambda comment: url_for(
        "approvals.show",
        public_id=comment.approval.public_id,
        comment=comment.public_id,
        _anchor=f"note-{comment.public_id}",
    ),
    meta=lambda comment, user: [
        comment.approval.title,
        comment.author.name,
        *place_of(comment.approval.project, user),
        moment(comment.sent_at),
    ],
)
