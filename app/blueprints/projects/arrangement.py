"""How a project is arranged: its details, who works on it, what its client sees, and its end."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.models import User
from app.blueprints.clients.access import can, find_or_404, require
from app.blueprints.clients.sections import sections
from app.blueprints.projects.blueprint import bp
from app.blueprints.projects.forms import (
    SHOWN,
    ProjectForm,
    TeamForm,
    sections_form,
)
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page, record_in
from app.blueprints.projects.retention import archived_on
from app.core.fragments import go
from app.core.models import every
from app.extensions import db


@bp.get("/projects/<public_id>/edit")
@login_required
def edit(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "run_project", project)
    return _page(project)


@bp.post("/projects/<public_id>/edit")
@login_required
def update(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "run_project", project)
    form = ProjectForm()
    if not form.validate_on_submit():
        return _page(project, 422, form=form)
    project.name, project.about = form.name.data, form.about.data
    project.starts_on, project.due_on = form.starts_on.data, form.due_on.data
    project.hand_to(find_or_404(User.staff(), form.lead.data))
    record_in(project, "project.changed", project, name=project.name)
    db.session.commit()
    return go(url_for("projects.show", public_id=public_id), _("Saved."))


@bp.post("/projects/<public_id>/team")
@login_required
def update_team(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "staff_project", project)
    form = TeamForm()
    if not form.validate_on_submit():
        return _page(project, 422, team_form=form)
    people = every(User.staff().where(User.public_id.in_(form.people.data or [])))
    project.staff_with(person.id for person in people)
    record_in(project, "team.changed", project, internal=True, team=[each.name for each in people])
    db.session.commit()
    return go(url_for("projects.edit", public_id=public_id), _("Saved."))


@bp.post("/projects/<public_id>/sections")
@login_required
def update_sections(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "run_project", project)
    form = sections_form(project)
    if not form.validate_on_submit():
        return _page(project, 422, sections_form=form)
    for section in sections():
        project.show(section.name, SHOWN[form[section.name].data])
    record_in(project, "sections.changed", project, internal=True, sections=project.sections)
    db.session.commit()
    return go(url_for("projects.edit", public_id=public_id), _("Saved."))


@bp.post("/projects/<public_id>/finish")
@login_required
def create_finish(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "run_project", project)
    project.finish()
    record_in(project, "project.finished", project, name=project.name)
    db.session.commit()
    said = _("The project is finished. Everything in it stays readable.")
    return go(url_for("projects.show", public_id=public_id), said)


@bp.post("/projects/<public_id>/reopening")
@login_required
def delete_finish(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "run_project", project)
    project.reopen()
    record_in(project, "project.reopened", project, name=project.name)
    db.session.commit()
    return go(url_for("projects.show", public_id=public_id), _("The project is open again."))


@bp.post("/projects/<public_id>/keeping")
@login_required
def keep(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "run_project", project)
    project.keep()
    record_in(project, "project.kept", project, internal=True, name=project.name)
    db.session.commit()
    return go(url_for("projects.edit", public_id=public_id), _("The project stays in the lists."))


def _details(project: Project) -> ProjectForm:
    form = ProjectForm(formdata=None, obj=project)
    form.lead.data = project.lead.public_id if project.lead else ""
    return form


def _page(project: Project, status: int = 200, **forms: Any) -> Any:
    """The page with all four forms, one of which may have come back with errors."""
    team = TeamForm(formdata=None, people=[each.public_id for each in every(project.team())])
    page = {
        "form": _details(project),
        "team_form": team if can(current_user, "staff_project", project) else None,
        "sections_form": sections_form(project),
        "sections": sections(),
        "archived_on": archived_on(project),
    }
    context = project_page(project) | page | forms
    return render_template("projects/edit.html", **context), status
