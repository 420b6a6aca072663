"""The bytes of a version: to keep, or to look at."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, abort, make_response, render_template, request
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.login import viewer_of
from app.blueprints.clients.access import find_or_404
from app.blueprints.files.blueprint import bp
from app.blueprints.files.models import File
from app.blueprints.files.naming import name_like
from app.blueprints.files.previews import MOST_PAGES, SVG, Preview
from app.blueprints.files.sheets import plays, sheet_of
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import record_in
from app.core import clock, downloads
from app.core.database import records
from app.core.downloads import content_disposition
from app.core.events import Event
from app.core.models import one
from app.core.storage import storage
from app.extensions import db

ONE_DOWNLOAD = timedelta(hours=12)
DRAWN_ONLY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
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
            sha256=version.stored_for(current_user).sha256,
        )
    db.session.commit()
    return response


@bp.get("/versions/<public_id>/preview")
@login_required
def preview(public_id: str) -> Response:
    """A page as a picture (`page`, `size` small or large), or the film or sound itself."""
    version = _find(public_id)
    if plays(version):
        return _sent(version, as_attachment=False)
    number, size = request.args.get("page", 1, int), request.args.get("size", "large")
    page = one(Preview.page_of(version, number)) if 1 <= number <= MOST_PAGES else None
    if page is None or not page.is_ready or size not in ("small", "large"):
        abort(404)
    return _picture(version, page, size) if page.large_key else _drawing(version)


@bp.get("/versions/<public_id>/pages")
@login_required
def show_pages(public_id: str) -> Response:
    """The pages from `start` on, for a page that waits for them and has asked `looks` times."""
    version = _find(public_id)
    start, looks = request.args.get("start", 1, int), request.args.get("looks", 0, int)
    sheet = sheet_of(version, start, looks)
    if not sheet.previews:
        abort(404)
    return make_response(render_template("files/_pages.html", sheet=sheet))


def _find(public_id: str) -> Version:
    version: Version = find_or_404(Version.with_bytes(current_user).options(WITH), public_id)
    return version


def _picture(version: Version, page: Preview, size: str) -> Response:
    small = size == "small"
    key, length = (page.small_key, page.small_size) if small else (page.large_key, page.large_size)
    return downloads.send(
        str(key),
        filename=f"{version.name}.webp",
        content_type="image/webp",
        size=length,
        etag=str(key).replace("/", ""),
        as_attachment=False,
    )


def _drawing(version: Version) -> Response:
    """A drawing as it came, for <img> alone: there, and only there, no browser runs anything in it."""
    if request.headers.get("Sec-Fetch-Dest", "image") != "image":
        abort(404)
    response = Response(b"".join(storage().read(version.stored_as)), content_type=SVG)
    response.headers["Content-Security-Policy"] = DRAWN_ONLY
    response.headers["Content-Disposition"] = content_disposition("inline", version.name)
    response.headers["Cache-Control"] = "private, no-cache, no-transform"
    response.set_etag(version.sha256)
    response.make_conditional(request)
    return response


def _sent(version: Version, *, as_attachment: bool) -> Response:
    stored = version.stored_for(current_user)
    return downloads.send(
        stored.key,
        filename=name_like(version.file.name, version.name),
        content_type=version.content_type,
        size=stored.size,
        etag=stored.sha256,
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
        Event.actor_id == (viewer_of(current_user) or current_user).id,
        Event.at > clock.now() - ONE_DOWNLOAD,
    )
    return one(begun.limit(1)) is None
