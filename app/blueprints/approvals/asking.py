"""Asking for approval."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.devices import device_of
from app.blueprints.approvals import letters, log
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.deciders import can_be_asked
from app.blueprints.approvals.forms import AskForm
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.reminders import FollowUp
from app.blueprints.clients.access import require
from app.blueprints.files.models import File, Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page
from app.core.errors import NotAllowed
from app.core.fragments import go, respond
from app.core.models import every
from app.extensions import db

MOST = 100


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
    approval = Approval.ask(
        project,
        _chosen_versions(form.versions.data or []),
        form.chosen(can_be_asked(project)),
        current_user,
        title=form.title.data,
        message=form.message.data,
        due_at=form.due_at,
        mode=form.mode.data,
    )
    FollowUp.of(approval).rhythm_name = form.rhythm.data
    log.note("approval.asked", approval, current_user, device_of(request))
    told = letters.ask_deciders(approval, current_user) if form.by_mail.data else []
    said = _("Asked. A mail goes to %(names)s.", names=", ".join(told)) if told else _("Asked.")
    address = url_for("approvals.show", public_id=approval.public_id)
    db.session.commit()
    return go(address, said)


def _project_to_ask_in(public_id: str) -> Project:
    project = find_project(public_id, "approvals")
    require(current_user, "ask", project)
    if project.is_finished:
        raise NotAllowed(_("This project is finished. What is in it can be read, but not changed."))
    return project


def _ask_form(project: Project, first: str = "") -> AskForm:
    versions, people = _choices(project), can_be_asked(project)
    ticked = [first] if first in dict(versions) else []
    if request.method == "POST":
        form = AskForm()
    else:
        everybody = [each.public_id for each in people]
        form = AskForm(formdata=None, versions=ticked, deciders=everybody)
    form.versions.choices = versions
    form.offer(people)
    return form


def _ask_page(project: Project, form: AskForm, status: int = 200) -> Response:
    page = project_page(project, "approvals")
    return respond("approvals/new.html", "ask", status=status, form=form, **page)


def _choices(project: Project) -> list[tuple[str, str]]:
    """What can be asked for: the newest versions of the project's files."""
    files = File.listed_for(current_user, project).options(joinedload(File.latest))
    newest = every(files.order_by(File.changed_at.desc(), File.id.desc()).limit(MOST))
    return [(file.latest.public_id, _called(file)) for file in newest]


def _called(file: File) -> str:
    return str(_("%(name)s, version %(number)s", name=file.name, number=file.number))


def _chosen_versions(public_ids: Sequence[str]) -> Sequence[Version]:
    query = Version.visible_to(current_user).where(Version.public_id.in_(public_ids))
    return every(query.options(joinedload(Version.file)).order_by(Version.id))
