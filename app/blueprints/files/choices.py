"""Without scripts, a name that is taken is noticed when the bytes are there: they wait, and a page asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from app.blueprints.clients.access import find_or_404
from app.blueprints.files.blueprint import bp
from app.blueprints.files.folders import Folder
from app.blueprints.files.forms import ChoiceForm
from app.blueprints.files.log import record_arrival
from app.blueprints.files.models import File
from app.blueprints.files.namesakes import LATEST, namesake
from app.blueprints.files.pages import (
    Received,
    count_undecided,
    project_to_add_to,
    was_received,
)
from app.blueprints.files.telling import told_by_mail
from app.blueprints.files.transfers import Transfer
from app.blueprints.files.uploads import Upload
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import project_page
from app.core import clock
from app.core.errors import Conflict
from app.core.fragments import go, respond
from app.core.models import every, one
from app.extensions import db


def sort_in(project: Project, folder: Folder | None, uploads: Sequence[Upload]) -> list[Received]:
    """Make files of the uploads; those that may be newer versions of files that are there wait for a choice."""
    received: list[Received] = []
    for upload in uploads:
        if taken := namesake(project, folder, upload.name, current_user):
            Transfer.set_aside(upload, taken, folder, current_user)
        else:
            received.append((File.add(project, upload, current_user, folder), upload.name))
    return received


@bp.get("/projects/<public_id>/uploads/undecided")
@login_required
def list_undecided(public_id: str) -> Response:
    return _page(project_to_add_to(public_id), ChoiceForm(formdata=None))


@bp.post("/uploads/<public_id>/choice")
@login_required
def create_choice(public_id: str) -> Response:
    transfer = _find(public_id)
    project, form = project_to_add_to(transfer.project.public_id), ChoiceForm()
    if not form.validate_on_submit():
        return _page(project, form, 422, asked=public_id)
    said = _("This file was not kept.")
    if form.becomes.data == "nothing":
        transfer.forget()
    else:
        file = _file_of(transfer) if form.becomes.data == "version" else None
        transfer.note = form.note.data
        version = transfer.settle(transfer.taken_up(), file, current_user)
        record_arrival(version)
        said = was_received([(version, transfer.name)])
    db.session.commit()
    rest = count_undecided(project)
    page = "files.list_undecided" if rest else "files.index"
    return go(url_for(page, public_id=project.public_id), said)


def _find(public_id: str) -> Transfer:
    """An upload of the reader's that waits for a choice; of two choices at once, the second finds none."""
    mine = Transfer.of(current_user).where(Transfer.arrived == Transfer.size)
    waiting = mine.where(Transfer.version_id.is_(None)).with_for_update(of=Transfer)
    transfer: Transfer = find_or_404(waiting.options(joinedload(Transfer.project)), public_id)
    transfer.must_be_alive()
    return transfer


def _file_of(transfer: Transfer) -> File:
    there = File.listed_for(current_user, transfer.project)
    file = one(there.where(File.id == transfer.file_id))
    if file is None:
        raise Conflict(_l("The other file is not here any more. You can still keep this one."))
    return file


def _page(project: Project, form: ChoiceForm, status: int = 200, asked: str = "") -> Response:
    transfers = every(Transfer.undecided(current_user, project, clock.now()))
    numbers = [each.file_id for each in transfers]
    there = File.listed_for(current_user, project).where(File.id.in_(numbers)).options(LATEST)
    page: dict[str, Any] = {
        "transfers": transfers,
        "files": {file.id: file for file in every(there)},
        "form": form,
        "asked": asked,
        "told": told_by_mail(project, current_user),
    }
    return respond(
        "files/undecided.html", "undecided", status=status, **project_page(project, "files"), **page
    )
