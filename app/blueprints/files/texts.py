"""Texts that are written here: Markdown files, whose versions come from a form as well as from uploads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from werkzeug.datastructures import FileStorage

from app.blueprints.files.blueprint import bp
from app.blueprints.files.forms import MOST_WRITTEN, TextForm, TextVersionForm
from app.blueprints.files.log import record_arrival
from app.blueprints.files.models import File
from app.blueprints.files.pages import file_to_add_to, open_folder, project_to_add_to
from app.blueprints.files.room import take_room
from app.blueprints.files.telling import told_by_mail
from app.blueprints.files.uploads import Upload, received
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import project_page
from app.core.errors import Conflict
from app.core.filenames import typed_name
from app.core.filetypes import MARKDOWN
from app.core.fragments import go, respond
from app.core.storage import storage
from app.extensions import db


class Overtaken(Conflict):
    """Somebody saved a newer version while the person was writing."""


@bp.get("/projects/<public_id>/texts/new")
@login_required
def new_text(public_id: str) -> Response:
    return _page(project_to_add_to(public_id), TextForm(formdata=None))


@bp.post("/projects/<public_id>/texts")
@login_required
def create_text(public_id: str) -> Response:
    project = project_to_add_to(public_id)
    form = TextForm()
    if not form.validate_on_submit():
        return _page(project, form, status=422)
    with written(form.text.data, typed_name(f"{form.title.data}.md")) as upload:
        project = project_to_add_to(public_id)
        take_room(project, [upload], current_user)
        version = File.add(project, upload, current_user, open_folder(project))
        record_arrival(version, "text")
        address = url_for("files.show", public_id=version.file.public_id)
        db.session.commit()
    return go(address, _("The text is here."))


@bp.get("/files/<public_id>/text")
@login_required
def edit_text(public_id: str) -> Response:
    file = _written_file(public_id)
    form = TextVersionForm(formdata=None, text=_text_of(file.latest), base=file.number)
    return _page(file.project, form, file)


@bp.post("/files/<public_id>/texts")
@login_required
def create_text_version(public_id: str) -> Response:
    file = _written_file(public_id)
    form = TextVersionForm()
    form.before = _text_of(file.latest)
    if not form.validate_on_submit():
        return _page(file.project, form, file, status=422)
    with written(form.text.data, file.name) as upload:
        file = _written_file(public_id)
        if str(file.hold()) != form.base.data:
            raise Overtaken
        take_room(file.project, [upload], current_user)
        version = file.add_version(upload, current_user, form.note.data)
        record_arrival(version, "text")
        said = _("Version %(number)s is here.", number=version.number)
        db.session.commit()
    return go(url_for("files.show", public_id=public_id), said)


@bp.post("/projects/<public_id>/texts/preview")
@login_required
def preview_text(public_id: str) -> Response:
    """What was typed, as it will look; of a text that is being edited with its `file`."""
    project = project_to_add_to(public_id)
    file = _written_file(request.args["file"]) if "file" in request.args else None
    form = TextVersionForm() if file else TextForm()
    return _page(project, form, file, block="preview", shown=form.text.data[:MOST_WRITTEN])


@bp.errorhandler(Overtaken)
def keep_what_was_typed(_error: Overtaken) -> Response:
    """Show the form with the person's own text: saved once more, it becomes the version after the other one."""
    db.session.rollback()
    file = _written_file((request.view_args or {})["public_id"])
    form = TextVersionForm()
    form.base.data = file.number
    return _page(file.project, form, file, status=409, overtaken=True)


@contextmanager
def written(text: str, name: str) -> Iterator[Upload]:
    """A text in the storage, on its way to become a version; as with `received`, all or nothing."""
    part = FileStorage(io.BytesIO(f"{text}\n".encode()), filename=name)
    with received([part]) as (upload,):
        yield replace(upload, content_type=MARKDOWN)


def _written_file(public_id: str) -> File:
    """The file, if its newest version is a text that can be edited here."""
    file = file_to_add_to(public_id)
    if not file.latest.is_text:
        abort(404)
    return file


def _text_of(version: Version) -> str:
    return b"".join(storage().read(version.stored_as)).decode("utf-8-sig", "replace").strip()


def _page(
    project: Project, form: Any, file: File | None = None, *, block: str = "text", **more: Any
) -> Response:
    page = project_page(project, "files") | {"form": form, "file": file} | more
    page |= {"folder": open_folder(project), "told": told_by_mail(project, current_user)}
    return respond("files/text.html", block, **page)
