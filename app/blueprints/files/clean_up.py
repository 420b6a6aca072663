"""The owner's clean-up: archived files, how much room they take, and their end."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.blueprints.clients.access import find_or_404, require
from app.blueprints.files.blueprint import bp
from app.blueprints.files.disposals import ARCHIVED_FOR, REVOCABLE_FOR, Disposal
from app.blueprints.files.models import File
from app.blueprints.files.requests.items import GivenFile
from app.blueprints.files.shelves import SIZE
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import record_in
from app.core.fragments import go, respond
from app.core.paging import page
from app.extensions import db

WITH = (
    joinedload(File.project).joinedload(Project.client),
    joinedload(File.archival),
    joinedload(File.latest),
)


@bp.get("/settings/clean-up")
@login_required
def list_clean_up() -> Response:
    require(current_user, "run_portal")
    return respond("files/clean_up.html", "clean_up", **_page())


@bp.post("/settings/clean-up")
@login_required
def create_disposals() -> Response:
    """Mark the files that were ticked, or `all` that can be."""
    require(current_user, "run_portal")
    numbers = select(File.id)
    if "all" not in request.form:
        numbers = numbers.where(File.public_id.in_(request.form.getlist("file")[:500]))
    files = Disposal.mark(numbers, current_user)
    for file in files:
        _record("file.discarded", file)
    db.session.commit()
    said = ngettext(
        "It will be deleted in %(days)s days.",
        "%(num)s files will be deleted in %(days)s days.",
        len(files),
        days=REVOCABLE_FOR.days,
    )
    return go(url_for("files.list_clean_up"), said if files else _("Please tick some files first."))


@bp.post("/disposals/<public_id>/revocation")
@login_required
def revoke_disposal(public_id: str) -> Response:
    require(current_user, "run_portal")
    there = joinedload(Disposal.file).options(*WITH)
    disposal: Disposal = find_or_404(Disposal.visible_to(current_user).options(there), public_id)
    disposal.revoke()
    _record("file.kept", disposal.file)
    db.session.commit()
    return go(url_for("files.list_clean_up"), _("The file stays."))


def _page() -> dict[str, Any]:
    candidates = Disposal.candidates(current_user)
    files = page(
        candidates.options(*WITH), (File.archival_id, File.id), request.args.get("at"), SIZE
    )
    marked = Disposal.visible_to(current_user).options(joinedload(Disposal.file).options(*WITH))
    disposals = page(marked, (Disposal.id,), request.args.get("marked"), SIZE)
    return {
        "files": files,
        "reasons": GivenFile.reasons_of(files.rows),
        "disposals": disposals,
        "candidates": _amount(candidates),
        "kept": _amount(Disposal.kept(current_user)),
        "days": ARCHIVED_FOR.days,
    }


def _amount(files: Select[File]) -> tuple[int, int]:
    """How many files there are, and how many bytes they have in all their versions."""
    sums = files.with_only_columns(func.count(), func.coalesce(func.sum(File.weight), 0))
    count, size = db.session.execute(sums).one()
    return count, int(size)


def _record(verb: str, file: File) -> None:
    record_in(file.project, verb, file, internal=True, name=file.name, file=file.public_id)
