"""What the agency tells: updates for the client, and notes that stay inside."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.clients.access import require
from app.blueprints.clients.sections import UPDATES
from app.blueprints.projects.blueprint import bp
from app.blueprints.projects.forms import NoteForm, UpdateForm
from app.blueprints.projects.models import Project
from app.blueprints.projects.overview import overview
from app.blueprints.projects.pages import find_project, project_page, record_in
from app.blueprints.projects.updates import Note, Update
from app.core.fragments import go, respond
from app.core.models import every
from app.core.paging import page
from app.extensions import db


@bp.get("/projects/<public_id>/updates")
@login_required
def list_updates(public_id: str) -> Any:
    project = find_project(public_id, section=UPDATES.name)
    cursor = request.args.get("updates")
    updates = page(Update.of_project(project), (Update.id.desc(),), cursor, 10)
    return render_template("projects/updates.html", updates=updates, **project_page(project))


@bp.get("/projects/<public_id>/updates/new")
@login_required
def new_update(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "post", project)
    return _form(project, UpdateForm(formdata=None))


@bp.post("/projects/<public_id>/updates")
@login_required
def create_update(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "post", project)
    form = UpdateForm()
    if not form.validate_on_submit():
        return _form(project, form), 422
    update = Update.post(project, current_user, form.title.data, form.body.data)
    record_in(project, "update.posted", update, name=update.title, update=update.public_id)
    db.session.commit()
    return go(url_for("projects.show", public_id=public_id, _anchor="updates"), _("Posted."))


@bp.post("/projects/<public_id>/notes")
@login_required
def create_note(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "note", project)
    form = NoteForm()
    if not form.validate_on_submit():
        context = overview(project, note_form=form)
        return respond("projects/show.html", "notes", status=422, **context)
    note = Note.write(project, current_user, form.body.data)
    record_in(project, "note.written", note, internal=True)
    db.session.commit()
    context = overview(find_project(public_id))
    then = url_for("projects.show", public_id=public_id, _anchor="notes")
    return respond("projects/show.html", "notes", then=then, said=_("Noted."), **context)


def _form(project: Project, form: UpdateForm) -> str:
    readers = every(project.people_who_see(UPDATES.name))
    context = project_page(project)
    return render_template("projects/new_update.html", form=form, readers=readers, **context)
