"""Some files of a project, or all, as one ZIP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from sqlalchemy import or_

from app.blueprints.files.blueprint import bp
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.naming import name_like
from app.blueprints.files.pages import LATEST
from app.blueprints.files.selecting import Selection, selection
from app.blueprints.files.tree import Tree
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, record_in
from app.core.archive import Member, send_zip, told_apart
from app.core.database import records
from app.core.errors import DomainError
from app.core.models import every
from app.extensions import db


class NothingInIt(DomainError):
    """There are folders, but no file."""

    status = 404
    sentence = _l("There is no file in it yet.")


@bp.get("/projects/<public_id>/files.zip")
@login_required
@records
def download_all(public_id: str) -> Response:
    project = find_project(public_id, "files")
    chosen = selection(project)
    tree = Folder.tree_of(project, current_user)
    folders = _ways(tree, chosen.folders if chosen else tree.inside(None))
    files = _files(project, chosen, folders)
    response = send_zip([_member(file, folders) for file in files], _name(project, chosen))
    if request.method == "GET":
        for file in files:
            _record(project, file)
    db.session.commit()
    return response


def _ways(tree: Tree, folders: Sequence[Folder], above: str = "") -> dict[int | None, str]:
    """How folders and those in them are called in the archive, from where they lie on."""
    ways: dict[int | None, str] = {}
    for folder, name in zip(folders, told_apart([each.name for each in folders]), strict=True):
        ways[folder.id] = f"{above}{name}/"
        ways |= _ways(tree, tree.inside(folder), ways[folder.id])
    return ways


def _files(
    project: Project, chosen: Selection, folders: Mapping[int | None, str]
) -> Sequence[File]:
    """What was chosen, with all that lies in chosen folders; without a choice all that the reader finds."""
    listed = File.listed_for(current_user, project).options(LATEST)
    if chosen:
        ticked = File.id.in_([each.id for each in chosen.files])
        listed = listed.where(or_(ticked, File.folder_id.in_(list(folders))))
    files = every(listed.order_by(File.seen_name, File.id))
    if not files:
        raise NothingInIt
    return files


def _member(file: File, folders: Mapping[int | None, str]) -> Member:
    """The newest version of a file, under the name that the file has now; a link as a file that leads there."""
    version, folder = file.latest, folders.get(file.folder_id, "")
    if version.is_link:
        shortcut = f"[InternetShortcut]\r\nURL={version.url}\r\n"
        return Member.made(f"{file.name}.url", shortcut.encode(), folder)
    name = name_like(file.name, version.name)
    return Member(name, version.stored_for(current_user).key, version.size, folder=folder)


def _name(project: Project, chosen: Selection) -> str:
    if len(chosen) == 1 and chosen.folders:
        return f"{project.name} – {chosen.folders[0].name}.zip"
    return f"{project.name}.zip"


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
        sha256=version.sha256 if version.is_link else version.stored_for(current_user).sha256,
    )
