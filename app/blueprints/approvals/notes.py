"""What stands beside the sheet: the conversation on an approval, and what its reader can add to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_login import current_user
from sqlalchemy import and_, or_

from app.blueprints.approvals.comment_forms import CommentForm
from app.blueprints.approvals.comment_letters import who_would_hear
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.places import Places
from app.blueprints.approvals.readers import who_sees
from app.blueprints.clients import access
from app.core.models import every, one
from app.core.paging import Page, page
from app.extensions import db

SIZE = 30
BY_TIME = (Comment.sent_at.desc(), Comment.id.desc())


@dataclass(frozen=True, slots=True)
class Note:
    """A comment as it stands on a page, with the answers to it."""

    comment: Comment
    about: str = ""
    done: str = ""
    answers: Sequence[Comment] = ()
    is_current: bool = True

    @property
    def may_be_taken_back(self) -> bool:
        """Whether its reader wrote it, and nothing has come of it yet."""
        comment = self.comment
        is_own = comment.author_id == current_user.id and comment.decision_id is None
        return is_own and self.is_current and not self.answers and not comment.is_resolved


def notes_page(approval: Approval, asked: set[int | None]) -> dict[str, Any]:
    """A part of the conversation, the newest if no other is asked for, and the reader's own drafts.

    `asked` are the numbers of those who are to decide.
    """
    threads, drafts = _threads(approval), _drafts(approval)
    shown = {each.id for each in threads.rows}
    answers = [*answers_to(shown), *(each for each in drafts if each.answers_id in shown)]
    places = Places([approval])
    return {
        "threads": threads,
        "notes": [_note(each, approval, places, answers) for each in reversed(threads.rows)],
        "drafts": [
            _note(each, approval, places, ()) for each in drafts if each.answers_id not in shown
        ],
        **_what_can_be_said(approval, drafts, asked),
    }


def answers_to(numbers: set[int]) -> Sequence[Comment]:
    """The answers to some comments that the reader sees, in their order."""
    query = Comment.sent(current_user).where(Comment.answers_id.in_(numbers))
    return every(query.order_by(Comment.sent_at, Comment.id)) if numbers else []


def retyped(approval: Approval) -> CommentForm:
    """A form with what was typed into one that could not be taken, for the round as it is now."""
    typed = request.form.get("body", "")
    form = CommentForm(formdata=None, round=str(approval.round), body=typed)
    form.offer(approval.items)
    return form


def _what_can_be_said(
    approval: Approval, drafts: Sequence[Comment], asked: set[int | None]
) -> dict[str, Any]:
    over = approval.state == "withdrawn" or approval.project.is_finished
    open_to_words = not over and not approval.is_internal
    may_comment = access.can(current_user, "comment", approval) and open_to_words
    people = every(who_sees(approval, current_user)) if may_comment else []
    ready = [each for each in drafts if each.round == approval.round]
    form = CommentForm(formdata=None, round=str(approval.round))
    form.offer(approval.items)
    return {
        "may_comment": may_comment,
        "comment_form": form,
        "ready": ready,
        "people": [each for each in people if each.id != current_user.id],
        "hearing": who_would_hear(approval, current_user, ready, people, asked),
    }


def _drafts(approval: Approval) -> Sequence[Comment]:
    if current_user.is_staff:  # What the agency's people say is sent at once.
        return []
    return every(Comment.drafts_of(current_user, approval))


def _threads(approval: Approval) -> Page[Comment]:
    query = Comment.threads(current_user).where(Comment.approval_id == approval.id)
    wanted = Comment.sent(current_user).where(Comment.public_id == request.args.get("comment", ""))
    asked = one(wanted) if "comment" in request.args else None
    if asked is not None and asked.answers_id:
        asked = db.session.get_one(Comment, asked.answers_id)
    if asked is not None:
        same = and_(Comment.sent_at == asked.sent_at, Comment.id <= asked.id)
        query = query.where(or_(Comment.sent_at < asked.sent_at, same))
    return page(query, BY_TIME, request.args.get("notes"), SIZE)


def _note(comment: Comment, approval: Approval, places: Places, answers: Sequence[Comment]) -> Note:
    return Note(
        comment,
        places.about(comment),
        places.done(comment),
        [each for each in answers if each.answers_id == comment.id],
        is_current=comment.round == approval.round,
    )
