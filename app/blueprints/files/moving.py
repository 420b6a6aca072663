"""Files over HTTP: named and put elsewhere, one alone, or what was ticked."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user, login_required

from app.blueprints.clients.access import find_or_404, require
from app.blueprints.files.blueprint import bp
from app.blueprints.files.folder_forms import FilePlaceForm, MoveForm
from app.blueprints.files.folders import Folder
from app.blueprints.files.log import record_file, record_folder
from app.blueprints.files.models import File
from app.blueprints.files.pages import address_of, chosen_page, project_to_add_to
from app.blueprints.files.selecting import Selection, selection
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page
from app.core.fragments import go, respond
from app.extensions import db

NOTHING = _l("Please tick first what you want to move.")


@bp.get("/files/<public_id>/edit")
@login_required
def edit(public_id: str) -> Response:
    file = _find(public_id)
    folder = db.session.get(Folder, file.folder_id) if file.folder_id else None
    place = folder.public_id if folder else ""
    form = FilePlaceForm(formdata=None, data={"name": file.name, "place": place})
    form.offer(file.project)
    return _edit(file, form)


@bp.post("/files/<public_id>")
@login_required
def update(public_id: str) -> Response:
    file, form = _find(public_id), FilePlaceForm()
    folder = form.chosen(form.offer(file.project))
    if not form.validate_on_submit() or not form.finds_room(file, folder):
        return _edit(file, form, 422)
    name = file.name
    _move([file], folder)
    if form.name.data != name:
        file.rename(form.name.data, current_user)
        record_file(file, "file.renamed", before=name)
    db.session.commit()
    return go(url_for("files.show", public_id=public_id), _("Saved."))


@bp.get("/projects/<public_id>/moves/new")
@login_required
def new_move(public_id: str) -> Response:
    project = project_to_add_to(public_id)
    chosen = selection(project)
    if not chosen:
        return go(address_of(project), NOTHING)
    form = MoveForm(formdata=None)
    form.offer(project, *chosen.folders)
    return _ask(project, chosen, form)


@bp.post("/projects/<public_id>/moves")
@login_required
def create_move(public_id: str) -> Response:
    project, form = project_to_add_to(public_id), MoveForm()
    chosen = selection(project)
    folder = form.chosen(form.offer(project, *chosen.folders))
    if not chosen:
        return go(address_of(project), NOTHING)
    if not form.validate_on_submit():
        return _ask(project, chosen, form, 422)
    for each in chosen.folders:
        if each.parent_id != (folder.id if folder else None):
            each.move_to(folder, current_user)
            record_folder(each, "folder.moved", place=folder.name if folder else "")
    said = _moved(len(chosen), _move(chosen.files, folder))
    db.session.commit()
    return go(address_of(project, folder), said)


def _move(files: Sequence[File], folder: Folder | None) -> list[str]:
    """Move what lies elsewhere, and note it. Returns the new names of those that got a number."""
    renamed = []
    for file in files:
        name, before = file.name, file.folder_id
        file.move_to(folder, current_user)
        if file.folder_id != before:
            record_file(file, "file.moved", place=folder.name if folder else "")
        renamed += [file.name] if file.name != name else []
    return renamed


def _moved(count: int, renamed: list[str]) -> str:
    said = str(ngettext("It is there now.", "All %(num)s are there now.", count))
    if renamed:
        told = ", ".join(_("“%(name)s”", name=name) for name in renamed)
        said += " " + _("Some names were taken, so they got a number: %(names)s.", names=told)
    return said


def _find(public_id: str) -> File:
    """A file that the reader may change; its project comes with all that the project's pages need."""
    in_use = File.visible_to(current_user).where(File.archival_id.is_(None))
    file: File = find_or_404(in_use, public_id)
    find_project(file.project.public_id)
    require(current_user, "upload", file)
    file.must_be_changeable_by(current_user)
    return file


def _edit(file: File, form: FilePlaceForm, status: int = 200) -> Response:
    page = project_page(file.project, "files")
    return respond("files/edit.html", "file", status=status, file=file, form=form, **page)


def _ask(project: Project, chosen: Selection, form: MoveForm, status: int = 200) -> Response:
    page = project_page(project, "files") | chosen_page(project, chosen)
    return respond("files/move.html", "move", status=status, form=form, **page)
