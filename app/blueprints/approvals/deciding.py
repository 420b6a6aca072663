"""Who decides: the agency asks others, somebody passes it on, the agency takes a decision back."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.approvals import letters, log
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.deciders import can_be_asked, everybody_asked
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.delegations import Delegation, colleagues
from app.blueprints.approvals.forms import DecidersForm, DelegationForm, RetractionForm
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.pages import find, frame_of
from app.blueprints.approvals.telling import told_of_retraction
from app.blueprints.approvals.terms_forms import showing
from app.blueprints.clients.access import find_or_404, require
from app.core import clock
from app.core.errors import NotAllowed
from app.core.formats import listed
from app.core.fragments import go, respond
from app.core.models import every
from app.extensions import db


@bp.get("/approvals/<public_id>/deciders")
@login_required
def edit_deciders(public_id: str) -> Response:
    approval = _to_change(public_id)
    return _deciders_page(approval, _deciders_form(approval))


@bp.post("/approvals/<public_id>/deciders")
@login_required
def update_deciders(public_id: str) -> Response:
    approval = _to_change(public_id)
    form = _deciders_form(approval)
    if not form.validate_on_submit():
        return _deciders_page(approval, form, status=422)
    before = every(approval.whose_turn())
    approval.ask_others(form.chosen(can_be_asked(approval.project)), form.mode.data)
    log.deciders_changed(approval, current_user, device_of(request))
    told = letters.ask_more(approval, current_user, before) if form.by_mail.data else []
    db.session.commit()
    said = _("Saved. A mail goes to %(names)s.", names=listed(told)) if told else _("Saved.")
    return go(url_for("approvals.show", public_id=public_id), said)


@bp.get("/approvals/<public_id>/delegations/new")
@login_required
def new_delegation(public_id: str) -> Response:
    approval = _to_pass_on(public_id)
    return _delegation_page(approval, _delegation_form(approval))


@bp.post("/approvals/<public_id>/delegations")
@login_required
def create_delegation(public_id: str) -> Response:
    approval = _to_pass_on(public_id)
    form = _delegation_form(approval)
    if not form.validate_on_submit():
        return _delegation_page(approval, form, status=422)
    to = find_or_404(colleagues(approval), form.to.data)
    delegation = Delegation.make(approval, current_user, to, form.words.data)
    log.delegated(delegation, device_of(request))
    letters.pass_on(delegation)
    db.session.commit()
    said = _("%(name)s decides in your place, and gets a mail.", name=to.name)
    return go(url_for("approvals.show", public_id=public_id), said)


@bp.get("/decisions/<public_id>/retraction/new")
@login_required
def new_retraction(public_id: str) -> Response:
    decision = _to_take_back(public_id)
    due_at = decision.approval.due_at
    still = showing(due_at if due_at and due_at > clock.now() else None)
    return _retraction_page(decision, RetractionForm(formdata=None, **still))


@bp.post("/decisions/<public_id>/retraction")
@login_required
def create_retraction(public_id: str) -> Response:
    decision = _to_take_back(public_id)
    form = RetractionForm()
    if not form.validate_on_submit():
        return _retraction_page(decision, form, status=422)
    decision.take_back(current_user, form.reason.data, form.due_at)
    log.taken_back(decision, current_user, device_of(request), form.reason.data)
    letters.tell_taken_back(decision)
    address = url_for("approvals.show", public_id=decision.approval.public_id)
    db.session.commit()
    said = _("Taken back. %(name)s gets a mail, and is asked once more.", name=decision.by.name)
    return go(address, said)


def _to_change(public_id: str) -> Approval:
    approval = find(public_id)
    require(current_user, "ask", approval)
    return approval


def _deciders_form(approval: Approval) -> DecidersForm:
    if request.method == "POST":
        form = DecidersForm()
    else:
        asked = [each.person.public_id for each in everybody_asked(Approval, approval)]
        places = [f"{each}:{place}" for place, each in enumerate(asked, 1)]
        form = DecidersForm(formdata=None, deciders=asked, places=places, mode=approval.mode)
    form.offer(can_be_asked(approval.project))
    return form


def _deciders_page(approval: Approval, form: DecidersForm, status: int = 200) -> Response:
    page = frame_of(approval) | {"form": form}
    return respond("approvals/deciders.html", "main", status=status, **page)


def _to_pass_on(public_id: str) -> Approval:
    approval = find(public_id)
    require(current_user, "decide", approval)
    if not approval.is_asked_of(current_user):
        raise NotAllowed
    return approval


def _delegation_form(approval: Approval) -> DelegationForm:
    form = DelegationForm()
    form.to.choices = [(each.public_id, each.name) for each in every(colleagues(approval))]
    return form


def _delegation_page(approval: Approval, form: DelegationForm, status: int = 200) -> Response:
    page = frame_of(approval) | {"form": form}
    return respond("approvals/pass_on.html", "main", status=status, **page)


def _to_take_back(public_id: str) -> Decision:
    decision: Decision = find_or_404(Decision.visible_to(current_user), public_id)
    require(current_user, "ask", decision.approval)
    return decision


def _retraction_page(decision: Decision, form: RetractionForm, status: int = 200) -> Response:
    page = frame_of(find(decision.approval.public_id)) | {"form": form, "decision": decision}
    page["told"] = told_of_retraction(decision.approval, current_user)
    return respond("approvals/take_back.html", "main", status=status, **page)
