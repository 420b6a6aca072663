"""Asking for approval, and deciding."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.approvals import log
from app.blueprints.approvals.answering import answer
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.commenting import add_what_is_typed
from app.blueprints.approvals.errors import Overtaken
from app.blueprints.approvals.forms import DecisionForm, WithdrawalForm
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.notes import retyped
from app.blueprints.approvals.pages import (
    approval_page,
    changes_page,
    find,
    list_page,
    may_decide,
)
from app.blueprints.approvals.receipts import receipt_page
from app.blueprints.approvals.sendings import what_to_change
from app.blueprints.clients.access import require
from app.blueprints.projects.pages import find_project
from app.core.database import writing
from app.core.fragments import go, respond
from app.extensions import db


@bp.get("/projects/<public_id>/approvals")
@login_required
def index(public_id: str) -> Response:
    project = find_project(public_id, "approvals")
    return respond("approvals/index.html", "approvals", **list_page(project))


@bp.get("/approvals/<public_id>")
@login_required
def show(public_id: str) -> Response:
    approval = find(public_id)
    if request.method == "GET" and log.is_first_sight(approval, current_user):
        approval = _first_seen(public_id)
    return respond("approvals/show.html", "main", **approval_page(approval))


@bp.get("/approvals/<public_id>/changes")
@login_required
def new_changes(public_id: str) -> Response:
    approval = find(public_id)
    if not may_decide(approval):
        return go(url_for("approvals.show", public_id=public_id))
    form = DecisionForm(formdata=None, seen=approval.seen, outcome="changes")
    return respond("approvals/changes.html", "main", **changes_page(approval, form))


@bp.post("/approvals/<public_id>/decisions")
@login_required
def create_decision(public_id: str) -> Response:
    approval = find(public_id)
    require(current_user, "decide", approval)
    form = DecisionForm()
    form.needs_reason = not what_to_change(approval, current_user)
    if not form.validate_on_submit():
        return respond("approvals/changes.html", "main", status=422, **changes_page(approval, form))
    add_what_is_typed(approval)
    said = (form.outcome.data, form.reason.data, form.seen.data)
    decision = answer(approval, current_user, *said, device_of(request))
    address = url_for("approvals.show_receipt", public_id=decision.public_id)
    db.session.commit()
    return respond("approvals/receipt.html", "main", then=address, **receipt_page(decision))


@bp.post("/approvals/<public_id>/withdrawal")
@login_required
def withdraw(public_id: str) -> Response:
    approval = find(public_id)
    require(current_user, "ask", approval)
    form = WithdrawalForm()
    if not form.validate_on_submit():
        page = approval_page(approval) | {"withdrawal": form}
        return respond("approvals/show.html", "main", status=422, **page)
    approval.withdraw(current_user, form.reason.data)
    reason = form.reason.data
    log.note("approval.withdrawn", approval, current_user, device_of(request), reason=reason)
    db.session.commit()
    return go(url_for("approvals.show", public_id=public_id), _("The request is withdrawn."))


@bp.errorhandler(Overtaken)
def show_as_it_is_now(error: Overtaken) -> Response:
    """The person acted on what is no longer so: show how it is now, and say it (409)."""
    db.session.rollback()
    approval = find(error.public_id)
    page = approval_page(approval) | {
        "overtaken": error.message,
        "comment_form": retyped(approval),
    }
    return respond("approvals/show.html", "main", status=409, into="#main", **page)


def _first_seen(public_id: str) -> Approval:
    """Note who has seen it, in a short transaction: every further look only reads."""
    db.session.commit()
    with writing():
        log.note("approval.seen", find(public_id), current_user, device_of(request))
        db.session.commit()
    return find(public_id)
