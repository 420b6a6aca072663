"""What the pages of the archive show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_login import current_user
from sqlalchemy import Select, func, select

from app.blueprints.clients.access import can
from app.blueprints.files.archivals import OF_THE_AGENCY, Archival
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.pages import LATEST
from app.blueprints.files.shelves import SIZE
from app.blueprints.files.tree import Tree
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import project_page
from app.core.models import every
from app.core.paging import page
from app.extensions import db


@dataclass(frozen=True, slots=True)
class Kept:
    """An archival as its row shows it: the file, or how much is in the folder; only what the reader sees."""

    archival: Archival
    file: File | None
    count: int
    size: int
    may_restore: bool


def archive_page(project: Project) -> dict[str, Any]:
    """A page of what was archived in a project, the last first."""
    mine = Archival.visible_to(current_user).where(Archival.project_id == project.id)
    found = page(mine, (Archival.id.desc(),), request.args.get("at"), SIZE)
    return project_page(project, "files") | {"found": found, "kept": _kept(project, found.rows)}


def archival_page(archival: Archival) -> dict[str, Any]:
    """A page of the files in one archival, by name, with where they lay in it."""
    files = archival.files_for(current_user).options(LATEST)
    folders = every(select(Folder).where(Folder.archival_id == archival.id))
    return project_page(archival.project, "files") | {
        "archival": archival,
        "files": page(files, (File.seen_name, File.id), request.args.get("at"), SIZE),
        "tree": Tree(folders),
        "may_restore": _may_restore(archival.project) and archival.may_be_restored_by(current_user),
    }


def _kept(project: Project, archivals: Sequence[Archival]) -> list[Kept]:
    numbers = [each.id for each in archivals]
    files = File.visible_to(current_user).where(File.archival_id.in_(numbers))
    alone = [each.id for each in archivals if not each.of_folder]
    singles = every(files.where(File.archival_id.in_(alone)).options(LATEST))
    file_of = {file.archival_id: file for file in singles}
    amounts = _amounts(files)
    theirs = set(every(files.where(OF_THE_AGENCY).with_only_columns(File.archival_id).distinct()))
    may = _may_restore(project)
    return [
        Kept(
            each,
            file_of.get(each.id),
            *amounts.get(each.id, (0, 0)),
            may_restore=may and (current_user.is_staff or each.id not in theirs),
        )
        for each in archivals
    ]


def _amounts(files: Select[File]) -> dict[int | None, tuple[int, int]]:
    """How many files each archival has, and how many bytes their newest versions."""
    sums = (File.archival_id, func.count(), func.sum(Version.size))
    summed = files.join(File.latest).with_only_columns(*sums).group_by(File.archival_id)
    return {number: (count, int(size or 0)) for number, count, size in db.session.execute(summed)}


def _may_restore(project: Project) -> bool:
    return can(current_user, "upload", project) and not project.is_finished
