"""Internal review over HTTP: a colleague lets a draft pass or sends it back; the agency waits no longer."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.approvals import agency_letters, letters, log
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.forms import ReviewForm
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.pages import find, frame_of
from app.blueprints.approvals.reviews import Review
from app.blueprints.clients.access import require
from app.core.fragments import go, respond
from app.extensions import db


@bp.get("/approvals/<public_id>/reviews/new")
@login_required
def new_review(public_id: str) -> Response:
    approval = _to_review(public_id)
    form = ReviewForm(formdata=None, seen=approval.seen, outcome="returned")
    return _send_back_page(approval, form)


@bp.post("/approvals/<public_id>/reviews")
@login_required
def create_review(public_id: str) -> Response:
    approval, form = _to_review(public_id), ReviewForm()
    if not form.validate_on_submit():
        return _send_back_page(approval, form, status=422)
    review, is_new = Review.make(
        approval, current_user, form.outcome.data, form.reason.data, form.seen.data
    )
    if is_new:
        log.reviewed(review, approval, device_of(request))
        agency_letters.tell_of_review(review, approval)
        if approval.is_open:
            present(approval)
    db.session.commit()
    return go(url_for("approvals.show", public_id=public_id), _said(approval, review))


@bp.post("/approvals/<public_id>/release")
@login_required
def release(public_id: str) -> Response:
    approval = _to_review(public_id)
    approval.release()
    log.note("approval.released", approval, current_user, device_of(request), internal=True)
    present(approval)
    db.session.commit()
    return go(url_for("approvals.show", public_id=public_id), _("The client is asked now."))


def present(approval: Approval) -> list[str]:
    """Note that the client is asked from now on, and ask them by mail; returns the names of who gets one."""
    log.asked(approval, device_of(request))
    return letters.ask_for_all(approval)


def _to_review(public_id: str) -> Approval:
    approval = find(public_id)
    require(current_user, "ask", approval)
    return approval


def _send_back_page(approval: Approval, form: ReviewForm, status: int = 200) -> Response:
    page = frame_of(approval) | {"form": form}
    return respond("approvals/send_back.html", "main", status=status, **page)


def _said(approval: Approval, review: Review) -> str:
    if not review.has_passed:
        said = _("Sent back to %(name)s.", name=approval.asked_by.name)
    elif approval.is_open:
        said = _("The client is asked now.")
    else:
        said = _("Thank you. Others have still to look at it.")
    return str(said)
