"""Some files of a project, or all, as one ZIP."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, request
from flask_login import current_user, login_required

from app.blueprints.files.blueprint import bp
from app.blueprints.files.models import File, Version
from app.blueprints.files.pages import LATEST
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, record_in
from app.core.archive import Member, send_zip
from app.core.database import records
from app.core.models import every
from app.extensions import db


@bp.get("/projects/<public_id>/files.zip")
@login_required
@records
def download_all(public_id: str) -> Response:
    project = find_project(public_id, "files")
    files = _chosen(project, request.args.getlist("file"))
    response = send_zip([_member(file.latest) for file in files], f"{project.name}.zip")
    if request.method == "GET":
        for file in files:
            _record(project, file)
    db.session.commit()
    return response


def _chosen(project: Project, public_ids: Sequence[str]) -> Sequence[File]:
    """The files with these ids, or without any id all that the reader finds in the list; 404 if one is not there."""
    listed = File.listed_for(current_user, project).options(LATEST)
    if public_ids:
        listed = listed.where(File.public_id.in_(public_ids))
    files = every(listed.order_by(File.name, File.id))
    if not files or len(files) < len(set(public_ids)):
        abort(404)
    return files


def _member(version: Version) -> Member:
    """A version as it lies in the archive; a link as a file that leads there, as Windows and macOS know them."""
    if version.is_link:
        shortcut = f"[InternetShortcut]\r\nURL={version.url}\r\n"
        return Member.made(f"{version.name}.url", shortcut.encode())
    return Member(version.name, version.stored_as, version.size)


def _record(project: Project, file: File) -> None:
    version = file.latest
    record_in(
        project,
        "file.downloaded",
        version,
        internal=not file.is_shared,
        name=file.name,
        file=file.public_id,
        version=version.number,
        sha256=version.sha256,
    )
