"""Asking for approval, and deciding."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.devices import device_of
from app.blueprints.approvals import letters, log
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.forms import AskForm, DecisionForm, WithdrawalForm
from app.blueprints.approvals.models import Approval, Overtaken
from app.blueprints.approvals.pages import (
    approval_page,
    changes_page,
    choices,
    chosen_people,
    chosen_versions,
    find,
    list_page,
    may_decide,
    receipt_page,
)
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page
from app.core.database import writing
from app.core.errors import NotAllowed
from app.core.fragments import go, respond
from app.extensions import db


@bp.get("/projects/<public_id>/approvals")
@login_required
def index(public_id: str) -> Response:
    project = find_project(public_id, "approvals")
    return respond("approvals/index.html", "approvals", **list_page(project))


@bp.get("/projects/<public_id>/approvals/new")
@login_required
def new(public_id: str) -> Response:
    project = _project_to_ask_in(public_id)
    form = _ask_form(project, first=request.args.get("version", ""))
    return _ask_page(project, form)


@bp.post("/projects/<public_id>/approvals")
@login_required
def create(public_id: str) -> Response:
    project = _project_to_ask_in(public_id)
    form = _ask_form(project)
    if not form.validate_on_submit():
        return _ask_page(project, form, status=422)
    people, invited = chosen_people(project, form.deciders.data or [])
    approval = Approval.ask(
        project,
        chosen_versions(form.versions.data or []),
        people,
        current_user,
        invited=invited,
        title=form.title.data,
        message=form.message.data,
        due_at=form.due_at,
    )
    log.note("approval.asked", approval, current_user, device_of(request))
    told = letters.ask_deciders(approval, current_user) if form.by_mail.data else []
    said = _("Asked. A mail goes to %(names)s.", names=", ".join(told)) if told else _("Asked.")
    address = url_for("approvals.show", public_id=approval.public_id)
    db.session.commit()
    return go(address, said)


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
    if not form.validate_on_submit():
        return respond("approvals/changes.html", "main", status=422, **changes_page(approval, form))
    where = device_of(request)
    decision, is_new = Decision.make(
        approval, current_user, form.outcome.data, form.reason.data, form.seen.data, where
    )
    if is_new:
        log.decided(decision, current_user, where)
        letters.tell_agency(decision)
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


@bp.get("/decisions/<public_id>")
@login_required
def show_receipt(public_id: str) -> Response:
    scope = Decision.visible_to(current_user).options(joinedload(Decision.by))
    decision = find_or_404(scope, public_id)
    return respond("approvals/receipt.html", "main", **receipt_page(decision))


@bp.errorhandler(Overtaken)
def show_as_it_is_now(error: Overtaken) -> Response:
    """The person acted on what is no longer so: show how it is now, and say it (409)."""
    db.session.rollback()
    page = approval_page(find(error.public_id)) | {"overtaken": error.message}
    return respond("approvals/show.html", "main", status=409, **page)


def _first_seen(public_id: str) -> Approval:
    """Note who has seen it, in a short transaction: every further look only reads."""
    db.session.commit()
    with writing():
        log.note("approval.seen", find(public_id), current_user, device_of(request))
        db.session.commit()
    return find(public_id)


def _project_to_ask_in(public_id: str) -> Project:
    project = find_project(public_id, "approvals")
    require(current_user, "ask", project)
    if project.is_finished:
        raise NotAllowed(_("This project is finished. What is in it can be read, but not changed."))
    return project


def _ask_form(project: Project, first: str = "") -> AskForm:
    versions, people = choices(project)
    everybody = [value for value, _label in people]
    ticked = [first] if first in dict(versions) else []
    if request.method == "POST":
        form = AskForm()
    else:
        form = AskForm(formdata=None, versions=ticked, deciders=everybody)
    form.versions.choices, form.deciders.choices = versions, people
    return form


def _ask_page(project: Project, form: AskForm, status: int = 200) -> Response:
    page = project_page(project, "approvals")
    return respond("approvals/new.html", "ask", status=status, form=form, **page)
