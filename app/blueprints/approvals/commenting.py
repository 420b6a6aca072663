"""Saying something about an approval: drafts, sending them, and noting what is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.devices import device_of
from app.blueprints.approvals import comment_letters, comment_log
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.comment_forms import CommentForm, DraftForm
from app.blueprints.approvals.comments import GONE, Comment, NotTaken
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.notes import Note, answers_to, retyped
from app.blueprints.approvals.pages import approval_page, find
from app.blueprints.approvals.places import Places
from app.blueprints.approvals.sendings import send_drafts
from app.blueprints.clients.access import find_or_404, require
from app.core.formats import listed
from app.core.fragments import respond
from app.core.models import one
from app.extensions import db


@bp.post("/approvals/<public_id>/comments")
@login_required
def create_comment(public_id: str) -> Response:
    approval = find(public_id)
    require(current_user, "comment", approval)
    form = CommentForm()
    form.offer(approval.items)
    if not form.validate_on_submit():
        place = "answer_form" if form.answers.data else "comment_form"
        return _page(public_id, 422, **{place: form})
    comment = _write(approval, form)
    said = _send(approval, [comment]) if comment.is_sent else ""
    fresh = comment.public_id
    db.session.commit()
    return _page(public_id, said=said, fresh=fresh)


@bp.post("/comments/<public_id>")
@login_required
def update_comment(public_id: str) -> Response:
    comment, approval = _find(Comment.visible_to(current_user), public_id)
    form = DraftForm()
    if not form.validate_on_submit():
        return _page(approval.public_id, 422, draft_form=form, fresh=public_id)
    comment.rewrite(approval, current_user, form.body.data)
    db.session.commit()
    return _page(approval.public_id, fresh=public_id)


@bp.post("/comments/<public_id>/removal")
@login_required
def delete_comment(public_id: str) -> Response:
    comment, approval = _find(Comment.visible_to(current_user), public_id)
    was_sent = comment.is_sent
    comment.take_back(approval, current_user)
    if was_sent:
        comment_log.happened("taken_back", comment, approval, current_user, device_of(request))
    address = approval.public_id
    db.session.commit()
    return _page(address, said=_("Taken back.") if was_sent else _("Deleted."))


@bp.post("/approvals/<public_id>/sendings")
@login_required
def create_sending(public_id: str) -> Response:
    approval = find(public_id)
    require(current_user, "comment", approval)
    sent = send_drafts(approval, current_user)
    said = _send(approval, sent) if sent else _("There is nothing to send.")
    db.session.commit()
    return _page(public_id, said=said)


@bp.post("/comments/<public_id>/resolution")
@login_required
def resolve_comment(public_id: str) -> Response:
    comment, approval = _find(Comment.threads(current_user), public_id)
    if comment.resolve(approval, current_user):
        comment_log.happened("resolved", comment, approval, current_user, device_of(request))
    address = approval.public_id
    db.session.commit()
    return _after_tick(address, public_id)


@bp.post("/comments/<public_id>/reopening")
@login_required
def reopen_comment(public_id: str) -> Response:
    comment, approval = _find(Comment.threads(current_user), public_id)
    if comment.reopen(approval):
        comment_log.happened("reopened", comment, approval, current_user, device_of(request))
    address = approval.public_id
    db.session.commit()
    return _after_tick(address, public_id)


@bp.errorhandler(NotTaken)
def show_why_not(error: NotTaken) -> Response:
    """Say why this can't be said (409), and keep what was typed."""
    db.session.rollback()
    typed = retyped(find(error.public_id))
    return _page(error.public_id, 409, refused=error.message, comment_form=typed)


def add_what_is_typed(approval: Approval) -> None:
    """Take along what was typed into the field for comments, and not added, when somebody decides."""
    form = CommentForm()
    form.offer(approval.items)
    if form.body.data and approval.is_open:
        if not form.validate():
            raise NotTaken(approval, form.first_error)
        _write(approval, form)


def _find(scope: Any, public_id: str) -> tuple[Comment, Approval]:
    """A comment of a scope, and its approval with all that pages show; 403 for who only reads along."""
    comment: Comment = find_or_404(scope.options(joinedload(Comment.approval)), public_id)
    approval = find(comment.approval.public_id)
    require(current_user, "comment", approval)
    return comment, approval


def _write(approval: Approval, form: CommentForm) -> Comment:
    return Comment.write(
        approval,
        current_user,
        form.body.data,
        round=form.number,
        item=form.item(approval.items),
        answers=_answered(approval, form.answers.data),
    )


def _answered(approval: Approval, public_id: str) -> Comment | None:
    """What is answered; None if it is nothing. Raises NotTaken if it was taken back meanwhile."""
    if not public_id:
        return None
    threads = Comment.threads(current_user).where(Comment.approval_id == approval.id)
    comment = one(threads.where(Comment.public_id == public_id))
    if comment is None:
        raise NotTaken(approval, GONE)
    return comment


def _send(approval: Approval, comments: Sequence[Comment]) -> str:
    """Tell those concerned, and note it; returns what the reader is told of that."""
    comment_log.commented(approval, current_user, comments, device_of(request))
    names = comment_letters.tell(approval, current_user, comments)
    said = _("Sent. A mail goes to %(names)s.", names=listed(names)) if names else _("Sent.")
    return str(said)


def _after_tick(approval_id: str, public_id: str) -> Response:
    """Where a comment was ticked off: in the conversation, or in the agency's list."""
    if request.form.get("from") != "feedback" or not current_user.is_staff:
        return _page(approval_id, fresh=public_id)
    comment, approval = _find(Comment.threads(current_user), public_id)
    places = Places([approval])
    note = Note(comment, places.about(comment), places.done(comment), answers_to({comment.id}))
    then = url_for("approvals.list_feedback", public_id=approval.project.public_id)
    return respond("approvals/feedback.html", "wish", then=then, note=note)


def _page(
    public_id: str, status: int = 200, *, said: Any = "", fresh: str = "", **more: Any
) -> Response:
    page = approval_page(find(public_id)) | {"fresh": fresh, **more}
    anchor = f"note-{fresh}" if fresh else "notes"
    then = url_for("approvals.show", public_id=public_id, _anchor=anchor)
    template, block = "approvals/show.html", "notes"
    return respond(template, block, status=status, then=then, said=said, into=f"#{block}", **page)
