"""Resumable uploads over HTTP, by the tus protocol: begun, looked at, continued, cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, abort, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from app.blueprints.clients.access import find_or_404, require
from app.blueprints.files import protocol
from app.blueprints.files.blueprint import bp
from app.blueprints.files.log import record_arrival
from app.blueprints.files.models import File
from app.blueprints.files.namesakes import can_be_asked, namesake, question_about
from app.blueprints.files.pages import open_folder
from app.blueprints.files.pieces import Checksum, take_in
from app.blueprints.files.protocol import speaks_tus
from app.blueprints.files.requests.giving import given_for
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.pages import find_item
from app.blueprints.files.requests.place import folder_of
from app.blueprints.files.room import reserve
from app.blueprints.files.transfers import Broken, Transfer, must_leave_room
from app.blueprints.files.uploads import Unfit, all_or_none
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project
from app.core.errors import NotAllowed
from app.core.filenames import safe_name
from app.core.security import takes_files
from app.core.storage.draft import Pen
from app.extensions import db

SILENCE = 30  # seconds after which a connection that says nothing counts as broken


@bp.route("/projects/<public_id>/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@bp.route("/uploads/<public_id>", methods=["OPTIONS"], provide_automatic_options=False)
def tell_abilities(public_id: str) -> Response:
    return protocol.with_version(protocol.abilities())


@bp.post("/projects/<public_id>/uploads")
@login_required
@takes_files
@speaks_tus
def create_upload(public_id: str) -> Response:
    project = _project(public_id)
    told, size = protocol.metadata(), protocol.length()
    name = safe_name(told.get("filename") or told.get("name") or "")
    item = _item(project, request.args.get("item", ""))
    folder = folder_of(item.request) if item else open_folder(project)
    file = _file(project, request.args.get("file", ""))
    if file is None and can_be_asked() and (taken := namesake(project, folder, name, current_user)):
        return question_about(taken)
    sends_pieces = request.mimetype == protocol.PIECES
    if sends_pieces:
        protocol.must_have_room(size)
    reserve(project, size, current_user)
    transfer = Transfer.begin(
        project,
        current_user,
        name,
        size,
        file=file,
        folder=folder,
        item=item,
        note="".join(filter(str.isprintable, told.get("note", "")))[:500].strip(),
        sha256=protocol.checksum_in(told),
        told=request.headers.get("Upload-Metadata", ""),
    )
    upload_id = transfer.public_id
    db.session.commit()
    if sends_pieces:
        _continue(upload_id, 0)
    response = protocol.standing(_find(upload_id), 201)
    response.headers["Location"] = url_for("files.show_upload", public_id=upload_id)
    return response


@bp.route("/uploads/<public_id>", methods=["HEAD"])
@login_required
@speaks_tus
def show_upload(public_id: str) -> Response:
    transfer = _find(public_id)
    transfer.must_be_alive()
    response = protocol.standing(transfer, 200)
    response.headers["Upload-Length"] = str(transfer.size)
    if transfer.told:
        response.headers["Upload-Metadata"] = transfer.told
    return response


@bp.patch("/uploads/<public_id>")
@login_required
@takes_files
@speaks_tus
def append_to_upload(public_id: str) -> Response:
    _continue(public_id)
    return protocol.standing(_find(public_id), 204)


@bp.delete("/uploads/<public_id>")
@login_required
@speaks_tus
def delete_upload(public_id: str) -> Response:
    with _held(public_id) as (transfer, _pen):
        transfer.forget()
        db.session.commit()
    return Response(status=204)


@bp.post("/uploads/<public_id>")
@login_required
@takes_files
@speaks_tus
def override_method(public_id: str) -> Response:
    """For networks that let only GET and POST pass."""
    views = {"PATCH": append_to_upload, "DELETE": delete_upload, "HEAD": show_upload}
    view = views.get(request.headers.get("X-HTTP-Method-Override", "")) or abort(405)
    response: Response = view(public_id)
    return response


@bp.after_request
def _say_version(response: Response) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    return protocol.with_version(response) if getattr(view, "tus", False) else response


def _continue(public_id: str, start: int | None = None) -> None:
    """Take in a piece, and make a version of the file once all of it is there. `start`: from the creation."""
    checksum = Checksum.of(request.headers.get("Upload-Checksum", ""))
    with _held(public_id) as (transfer, pen):
        transfer.must_be_alive()
        start = protocol.place_of(transfer) if start is None else start
        if transfer.is_done:
            return
        number, size = transfer.id, transfer.size
        db.session.commit()  # Nothing is locked while bytes are on their way.
        with _patience():
            end = take_in(
                request.stream,
                pen,
                start,
                size - start,
                lambda arrived: _count(number, arrived),
                checksum,
            )
        if end == size:
            _finish(public_id)
        elif end > start:
            Transfer.note_arrival(number, end)


def _count(number: int, arrived: int) -> None:
    """Keep how far a transfer has come; it waits there if others have filled the disk meanwhile."""
    Transfer.note_arrival(number, arrived)
    must_leave_room()


def _finish(public_id: str) -> None:
    """Bytes first, row after; who may not upload any more gets no file. What is broken begins anew."""
    transfer = _find(public_id)
    db.session.expunge(transfer)  # It keeps what is loaded, and needs no transaction meanwhile.
    try:
        content_type = transfer.found_type()
        db.session.commit()
        upload = transfer.stored(content_type)
    except (Broken, Unfit):
        _find(public_id).forget()
        db.session.commit()
        raise
    with all_or_none([upload]):
        transfer = _find(public_id)
        file = db.session.get(File, transfer.file_id) if transfer.file_id else None
        file = _file(transfer.project, file.public_id if file else "")
        version = transfer.settle(upload, file, current_user)
        if transfer.item_id:
            given_for(db.session.get_one(RequestedItem, transfer.item_id), [version])
        record_arrival(version)
        db.session.commit()
    transfer.draft.empty()


@contextmanager
def _held(public_id: str) -> Iterator[tuple[Transfer, Pen]]:
    """The person's own transfer, as it is once nobody else can change it."""
    draft = _find(public_id).draft
    db.session.commit()
    with draft.held() as pen:
        yield _find(public_id), pen


@contextmanager
def _patience() -> Iterator[None]:
    """Let a phone that went into a tunnel not hold its transfer for ever: it comes back by another connection."""
    connection = request.environ.get("gunicorn.socket")
    if connection is None:
        yield
        return
    before = connection.gettimeout()
    connection.settimeout(SILENCE)
    try:
        yield
    finally:
        connection.settimeout(before)


def _find(public_id: str) -> Transfer:
    """A person's own transfer, into a project where they may still upload."""
    mine = Transfer.of(current_user).options(joinedload(Transfer.project))
    transfer: Transfer = find_or_404(mine, public_id)
    _project(transfer.project.public_id)
    return transfer


def _project(public_id: str) -> Project:
    project = find_project(public_id, "files")
    require(current_user, "upload", project)
    return project


def _item(project: Project, public_id: str) -> RequestedItem | None:
    """What was asked for in this project and the upload is given for, if it says so."""
    if not public_id:
        return None
    item = find_item(public_id, project)
    if not item.is_wanted:
        raise NotAllowed(_l("This is not needed any more. Please reload the page."))
    return item


def _file(project: Project, public_id: str) -> File | None:
    """The file of this project that the upload is a new version of, if it says so."""
    if not public_id:
        return None
    there = File.visible_to(current_user).where(File.project_id == project.id)
    file: File = find_or_404(there, public_id)
    return file
