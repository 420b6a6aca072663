"""The files of a project, and one file with its versions."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.clients.access import require
from app.blueprints.files.blueprint import bp
from app.blueprints.files.choices import sort_in
from app.blueprints.files.forms import UploadForm, VersionForm, parts_of
from app.blueprints.files.log import record_arrival, record_version
from app.blueprints.files.pages import (
    address_of,
    arrived,
    file_page,
    file_to_add_to,
    find_file,
    find_folder,
    form_for,
    list_page,
    project_to_add_to,
    sharing,
    was_received,
)
from app.blueprints.files.room import must_hold_body, take_room
from app.blueprints.files.telling import hearers
from app.blueprints.files.uploads import received
from app.blueprints.projects.pages import find_project
from app.core.fragments import go, respond
from app.core.security import asks_first, takes_files
from app.core.wanting import LEFT_OUT
from app.extensions import db


@bp.get("/projects/<public_id>/files")
@login_required
def index(public_id: str) -> Response:
    project = find_project(public_id, "files")
    said = arrived(request.args.getlist("arrived"))
    page = list_page(project, UploadForm(formdata=None))
    return respond("files/index.html", "files", said=said, **page)


@bp.post("/projects/<public_id>/files")
@login_required
@takes_files
@asks_first(lambda public_id: must_hold_body(project_to_add_to(public_id)))
def create(public_id: str) -> Response:
    project = project_to_add_to(public_id)
    form = UploadForm()
    folder = find_folder(project, form.folder.data)
    if not form.validate_on_submit():
        page = list_page(project, form, folder)
        return respond("files/index.html", "files", status=422, **page)
    with received(parts_of(form.files)) as uploads:
        project = project_to_add_to(public_id)
        folder = find_folder(project, form.folder.data)
        take_room(project, uploads, current_user)
        files = sort_in(project, folder, uploads)
        for version, _name in files:
            record_arrival(version)
        said = was_received(files)
        address = address_of(project, folder)
        if len(files) < len(uploads):
            address = url_for("files.list_undecided", public_id=public_id)
        db.session.commit()
    return go(address, said)


@bp.get("/files/<public_id>")
@login_required
def show(public_id: str) -> Response:
    file = find_file(public_id)
    if said := arrived(request.args.getlist("arrived")):
        return go(url_for("files.show", public_id=public_id), said)
    return respond("files/show.html", "file", **file_page(file, form_for(file)))


@bp.post("/files/<public_id>/versions")
@login_required
@takes_files
@asks_first(lambda public_id: must_hold_body(find_file(public_id).project))
def create_version(public_id: str) -> Response:
    file = file_to_add_to(public_id)
    form = VersionForm()
    if not form.validate_on_submit():
        return respond("files/show.html", "file", status=422, **file_page(file, form))
    with received(parts_of(form.file)) as uploads:
        file = file_to_add_to(public_id)
        take_room(file.project, uploads, current_user)
        version = file.add_version(uploads[0], current_user, form.note.data)
        record_arrival(version)
        said = _("Version %(number)s is here.", number=version.number)
        db.session.commit()
    return go(url_for("files.show", public_id=public_id), said)


@bp.post("/files/<public_id>/sharing")
@login_required
def share(public_id: str) -> Response:
    file = find_file(public_id)
    require(current_user, "share", file)
    if not file.is_shared:
        file.share(current_user)
        quiet = hearers(file.project, current_user) if "without_mail" in request.form else ()
        left_out: dict[str, Any] = {LEFT_OUT: [person.public_id for person in quiet]}
        record_version(file.latest, "file.shared", file, **left_out)
    db.session.commit()
    return _shared(public_id, _("The client sees this file now."))


@bp.post("/files/<public_id>/unsharing")
@login_required
def unshare(public_id: str) -> Response:
    file = find_file(public_id)
    require(current_user, "share", file)
    if file.is_shared:
        file.unshare()
        record_version(file.latest, "file.unshared", file, internal=True)
    db.session.commit()
    return _shared(public_id, _("This file is internal now."))


def _shared(public_id: str, said: str) -> Response:
    file = find_file(public_id)
    address = url_for("files.show", public_id=public_id)
    return respond(
        "files/show.html", "sharing", then=address, said=said, file=file, **sharing(file)
    )
