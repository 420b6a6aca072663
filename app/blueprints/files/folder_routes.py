"""Folders over HTTP: opened, made, named, moved, deleted."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import Select

from app.blueprints.clients.access import find_or_404, require
from app.blueprints.files.archivals import Archival
from app.blueprints.files.blueprint import bp
from app.blueprints.files.folder_forms import FolderForm, FolderPlaceForm
from app.blueprints.files.folders import Folder
from app.blueprints.files.forms import UploadForm
from app.blueprints.files.log import record_folder
from app.blueprints.files.pages import (
    address_of,
    arrived,
    find_folder,
    list_page,
    open_folder,
    path_of,
    project_to_add_to,
)
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page
from app.core.fragments import go, respond
from app.extensions import db


@bp.get("/folders/<public_id>")
@login_required
def show_folder(public_id: str) -> Response:
    folder = _find(public_id, Folder.visible_to(current_user))
    if folder.archival_id is not None:
        archival = db.session.get_one(Archival, folder.archival_id)
        return go(url_for("files.show_archival", public_id=archival.public_id))
    said = arrived(request.args.getlist("arrived"))
    page = list_page(folder.project, UploadForm(formdata=None), folder)
    return respond("files/index.html", "files", said=said, **page)


@bp.get("/projects/<public_id>/folders/new")
@login_required
def new_folder(public_id: str) -> Response:
    project = project_to_add_to(public_id)
    parent = open_folder(project)
    return _new(project, parent, FolderForm(formdata=None))


@bp.post("/projects/<public_id>/folders")
@login_required
def create_folder(public_id: str) -> Response:
    project, form = project_to_add_to(public_id), FolderForm()
    parent = find_folder(project, form.folder.data)
    if not form.validate_on_submit() or not form.finds_room(project, parent):
        return _new(project, parent, form, 422)
    folder = Folder.make(project, form.wanted, current_user, parent)
    record_folder(folder, "folder.made")
    db.session.commit()
    return go(address_of(project, folder), _("The folder is here."))


@bp.get("/folders/<public_id>/edit")
@login_required
def edit_folder(public_id: str) -> Response:
    folder = _find_to_change(public_id)
    parent = folder.parent
    place = parent.public_id if parent else ""
    form = FolderPlaceForm(formdata=None, data={"name": folder.name, "place": place})
    form.offer(folder.project, folder)
    return _edit(folder, form)


@bp.post("/folders/<public_id>")
@login_required
def update_folder(public_id: str) -> Response:
    folder, form = _find_to_change(public_id), FolderPlaceForm()
    parent = form.chosen(form.offer(folder.project, folder))
    if not form.validate_on_submit() or not form.finds_room(folder.project, parent, folder):
        return _edit(folder, form, 422)
    name, parent_id = folder.name, folder.parent_id
    folder.move_to(parent, current_user, form.wanted)
    if folder.name != name:
        record_folder(folder, "folder.renamed", before=name)
    if folder.parent_id != parent_id:
        record_folder(folder, "folder.moved", place=parent.name if parent else "")
    db.session.commit()
    return go(address_of(folder.project, folder), _("Saved."))


@bp.post("/folders/<public_id>/removal")
@login_required
def delete_folder(public_id: str) -> Response:
    folder = _find_to_change(public_id)
    internal, back = folder.is_internal, address_of(folder.project, folder.parent)
    folder.delete(current_user)
    record_folder(folder, "folder.deleted", internal=internal)
    db.session.commit()
    return go(back, _("The folder is deleted."))


def _find(public_id: str, scope: Select[Folder]) -> Folder:
    """The folder; its project comes with all that the project's pages need."""
    folder: Folder = find_or_404(scope, public_id)
    find_project(folder.project.public_id)
    return folder


def _find_to_change(public_id: str) -> Folder:
    in_use = Folder.visible_to(current_user).where(Folder.archival_id.is_(None))
    folder = _find(public_id, in_use)
    require(current_user, "upload", folder)
    folder.must_be_changeable_by(current_user)
    return folder


def _new(project: Project, parent: Folder | None, form: FolderForm, status: int = 200) -> Response:
    page = project_page(project, "files") | {
        "path": path_of(project, parent.id if parent else None)
    }
    form.folder.data = parent.public_id if parent else ""
    return respond("files/new_folder.html", "folder", status=status, form=form, **page)


def _edit(folder: Folder, form: FolderPlaceForm, status: int = 200) -> Response:
    page = project_page(folder.project, "files") | {"path": path_of(folder.project, folder.id)}
    page |= {"folder": folder, "is_empty": not folder.holds_something_for(current_user)}
    return respond("files/edit_folder.html", "folder", status=status, form=form, **page)
