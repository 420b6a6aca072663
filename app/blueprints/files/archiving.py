"""The archive of a project: what was put into it, and what comes back."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user, login_required

from app.blueprints.clients.access import find_or_404, require
from app.blueprints.files.archivals import Archival
from app.blueprints.files.archived import archival_page, archive_page
from app.blueprints.files.blueprint import bp
from app.blueprints.files.folders import Folder
from app.blueprints.files.log import record_archival, record_file
from app.blueprints.files.models import File
from app.blueprints.files.pages import address_of, chosen_page, project_to_add_to
from app.blueprints.files.selecting import selection
from app.blueprints.projects.pages import find_project, project_page
from app.core.fragments import go, respond
from app.extensions import db

NOTHING = _l("Please tick first what you want to archive.")


@bp.get("/projects/<public_id>/archive")
@login_required
def list_archive(public_id: str) -> Response:
    project = find_project(public_id, "files")
    return respond("files/archive.html", "archive", **archive_page(project))


@bp.get("/archivals/<public_id>")
@login_required
def show_archival(public_id: str) -> Response:
    return respond("files/archival.html", "archival", **archival_page(_find(public_id)))


@bp.get("/projects/<public_id>/archivals/new")
@login_required
def new_archival(public_id: str) -> Response:
    project = project_to_add_to(public_id)
    chosen = selection(project)
    if not chosen:
        return go(address_of(project), NOTHING)
    page = project_page(project, "files") | chosen_page(project, chosen)
    return respond("files/put_away.html", "archival", **page)


@bp.post("/projects/<public_id>/archivals")
@login_required
def create_archival(public_id: str) -> Response:
    project = project_to_add_to(public_id)
    chosen = selection(project)
    if not chosen:
        return go(address_of(project), NOTHING)
    home = db.session.get(Folder, chosen.home) if chosen.home else None
    for folder in chosen.folders:
        record_archival(Archival.put_folder_away(folder, current_user), "folder.archived")
    for file in chosen.files:
        Archival.put_away(file, current_user)
        record_file(file, "file.archived")
    said = ngettext("It is in the archive now.", "All %(num)s are in the archive now.", len(chosen))
    db.session.commit()
    return go(address_of(project, home), said)


@bp.post("/archivals/<public_id>/restoration")
@login_required
def restore_archival(public_id: str) -> Response:
    archival = _find(public_id)
    require(current_user, "upload", archival)
    project, file = archival.project, archival.file
    if file is None:
        record_archival(archival, "folder.restored")
    archival.restore(current_user)
    if file is not None:
        record_file(file, "file.restored")
    db.session.commit()
    return go(address_of(project), _("“%(name)s” is back.", name=archival.name))


@bp.post("/files/<public_id>/restoration")
@login_required
def restore_file(public_id: str) -> Response:
    """Bring one file back, also out of a folder that stays in the archive."""
    file: File = find_or_404(File.visible_to(current_user), public_id)
    find_project(file.project.public_id)
    require(current_user, "upload", file)
    if file.archival_id is not None:
        archival = db.session.get_one(Archival, file.archival_id)
        archival.restore_file(file, current_user)
        record_file(file, "file.restored")
    db.session.commit()
    said = _("“%(name)s” is back.", name=file.name)
    return go(url_for("files.show", public_id=public_id), said)


def _find(public_id: str) -> Archival:
    """The archival; its project comes with all that the project's pages need."""
    archival: Archival = find_or_404(Archival.visible_to(current_user), public_id)
    find_project(archival.project.public_id)
    return archival
