"""What the agency tells: updates for the client, and notes that stay inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.models import User
from app.blueprints.clients.access import require
from app.blueprints.clients.sections import UPDATES
from app.blueprints.projects import hooks
from app.blueprints.projects.blueprint import bp
from app.blueprints.projects.forms import NoteForm, UpdateForm
from app.blueprints.projects.hooks import Addition
from app.blueprints.projects.models import Project
from app.blueprints.projects.overview import overview
from app.blueprints.projects.pages import find_project, project_page, record_in
from app.blueprints.projects.updates import Note, Update
from app.core.fragments import go, respond
from app.core.models import every
from app.core.paging import page
from app.core.security import takes_files
from app.core.wanting import LEFT_OUT, names_of_told
from app.extensions import db


@bp.get("/projects/<public_id>/updates")
@login_required
def list_updates(public_id: str) -> Any:
    project = find_project(public_id, section=UPDATES.name)
    cursor = request.args.get("updates")
    updates = page(Update.of_project(project), (Update.id.desc(),), cursor, 10)
    told = {"updates": updates, "parts": hooks.parts_of(updates.rows, current_user)}
    return render_template("projects/updates.html", **told, **project_page(project))


@bp.get("/projects/<public_id>/updates/new")
@login_required
def new_update(public_id: str) -> Any:
    project = _project_to_post_in(public_id)
    return _form(
        project,
        _update_form(project, UpdateForm(formdata=None)),
        hooks.additions_to(project, current_user),
    )


@bp.post("/projects/<public_id>/updates")
@login_required
@takes_files
def create_update(public_id: str) -> Any:
    project = _project_to_post_in(public_id)
    form, additions = _update_form(project, UpdateForm()), hooks.additions_to(project, current_user)
    valid = [each.validate_on_submit() for each in (form, *(one.form for one in additions))]
    if not all(valid):
        return _form(project, form, additions, status=422)
    with hooks.all_brought(additions) as bring:
        project = _project_to_post_in(public_id)
        update = Update.post(project, current_user, form.title.data, form.body.data)
        bring(update, project)
        facts: dict[str, Any] = {
            "update": update.public_id,
            LEFT_OUT: form.quiet(_hearers(project)),
        }
        record_in(project, "update.posted", update, name=update.title, **facts)
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


def _project_to_post_in(public_id: str) -> Project:
    project = find_project(public_id)
    require(current_user, "post", project)
    return project


def _form(
    project: Project, form: UpdateForm, additions: Sequence[Addition], status: int = 200
) -> Response:
    context = project_page(project) | {"form": form, "additions": additions}
    context["readers"] = every(project.people_who_see(UPDATES.name))
    context["told"] = names_of_told(_hearers(project), "update", project.id, current_user)
    return respond("projects/new_update.html", "write", status=status, **context)


def _update_form(project: Project, form: UpdateForm) -> UpdateForm:
    form.offer([person for person in _hearers(project) if person.id != current_user.id])
    return form


def _hearers(project: Project) -> list[User]:
    """Who hears of an update: the client's people who see it, and the team."""
    return [*every(project.people_who_see(UPDATES.name)), *every(project.team())]
