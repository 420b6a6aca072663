"""Projects: the list, a new one, its overview, and how it goes."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.clients.models import Client
from app.blueprints.projects.blueprint import bp
from app.blueprints.projects.forms import NewProjectForm, StatusForm
from app.blueprints.projects.models import Project
from app.blueprints.projects.overview import overview
from app.blueprints.projects.pages import find_project, record_in
from app.blueprints.projects.rows import project_list
from app.blueprints.projects.stages import Stage
from app.blueprints.projects.table import chosen_show, has_archive, project_table
from app.blueprints.projects.waiting import on_you, with_clients
from app.core.fragments import go, respond
from app.extensions import db


@bp.get("/projects")
@login_required
def index() -> Any:
    show = chosen_show()
    if current_user.is_staff:
        piles = on_you(current_user), with_clients(current_user)
        table = project_table(current_user, show, "projects.index", *piles)
        return render_template("projects/index.html", **table)
    scopes = {"finished": Project.finished, "archive": Project.archived}
    scope = scopes.get(show, Project.running)(current_user)
    page = {
        "found": project_list(scope, current_user, request.args.get("projects")),
        "show": show if show in scopes else None,
        "has_archive": has_archive(current_user),
        "several_clients": len(access.memberships(current_user)) > 1,
    }
    return render_template("projects/list.html", **page)


@bp.get("/projects/new")
@login_required
def new() -> Any:
    require(current_user, "run_project")
    chosen = request.args.get("client", "")
    form = NewProjectForm(formdata=None, client=chosen, lead=current_user.public_id)
    form.offer(current_user)
    return render_template("projects/new.html", form=form)


@bp.post("/projects")
@login_required
def create() -> Any:
    require(current_user, "run_project")
    form = NewProjectForm()
    form.offer(current_user)
    if not form.validate_on_submit():
        return render_template("projects/new.html", form=form), 422
    client = find_or_404(Client.visible_to(current_user), form.client.data)
    project = Project.start(
        client,
        form.name.data,
        current_user,
        about=form.about.data,
        stage_id=find_or_404(Stage.every_stage(), form.stage.data).id,
        starts_on=form.starts_on.data,
        due_on=form.due_on.data,
        lead_id=find_or_404(User.staff(), form.lead.data).id,
    )
    record_in(project, "project.started", project, name=project.name)
    db.session.commit()
    return go(url_for("projects.show", public_id=project.public_id), _("The project is there."))


@bp.get("/projects/<public_id>")
@login_required
def show(public_id: str) -> Any:
    return render_template("projects/show.html", **overview(find_project(public_id)))


@bp.post("/projects/<public_id>/status")
@login_required
def update_status(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "post", project)
    form = StatusForm()
    if not form.validate_on_submit():
        page = overview(project, status_form=form)
        return respond("projects/show.html", "status", status=422, **page)
    project.stage = find_or_404(Stage.every_stage(), form.stage.data)
    project.report(form.health.data, form.words.data, by=current_user)
    record_in(
        project, "status.reported", project, name=project.name, health=project.health,
        words=project.words, stage=project.stage.name,
    )  # fmt: skip
    db.session.commit()
    page = overview(find_project(public_id))
    then = url_for("projects.show", public_id=public_id)
    return respond(
        "projects/show.html", "status", then=then, said=_("Saved. The client sees it now."), **page
    )
