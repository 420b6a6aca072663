"""The bytes of a version: to keep, or to look at as a picture."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, abort, request
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.blueprints.clients.access import find_or_404
from app.blueprints.files.blueprint import bp
from app.blueprints.files.models import File, Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import record_in
from app.core import clock, downloads
from app.core.database import records
from app.core.events import Event
from app.core.models import one
from app.extensions import db

ONE_DOWNLOAD = timedelta(hours=12)
WITH = joinedload(Version.file).joinedload(File.project).joinedload(Project.client)


@bp.get("/versions/<public_id>/content")
@login_required
@records
def download(public_id: str) -> Response:
    version = _find(public_id)
    response = _sent(version, as_attachment=True)
    if _is_new_download(version, response):
        file = version.file
        record_in(
            file.project,
            "file.downloaded",
            version,
            internal=not file.is_shared,
            name=file.name,
            file=file.public_id,
            version=version.number,
            sha256=version.sha256,
        )
    db.session.commit()
    return response


@bp.get("/versions/<public_id>/preview")
@login_required
def preview(public_id: str) -> Response:
    version = _find(public_id)
    if not version.is_picture:
        abort(404)
    return _sent(version, as_attachment=False)


def _find(public_id: str) -> Version:
    version: Version = find_or_404(Version.visible_to(current_user).options(WITH), public_id)
    return version


def _sent(version: Version, *, as_attachment: bool) -> Response:
    return downloads.send(
        version.key,
        filename=version.name,
        content_type=version.content_type,
        size=version.size,
        etag=version.sha256,
        as_attachment=as_attachment,
        modified=version.created_at,
    )


def _is_new_download(version: Version, response: Response) -> bool:
    """Whether bytes go out that belong to no download which is in the log already: it can come in pieces."""
    if request.method != "GET" or response.status_code not in (200, 206, 302):
        return False
    if "Range" not in request.headers:
        return True
    begun = select(Event.id).where(
        Event.subject_type == "version",
        Event.subject_id == version.id,
        Event.verb == "file.downloaded",
        Event.actor_id == current_user.id,
        Event.at > clock.now() - ONE_DOWNLOAD,
    )
    return one(begun.limit(1)) is None
