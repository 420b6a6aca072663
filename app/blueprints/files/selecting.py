"""What a person has ticked in a list of files: some files, some folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request
from flask_login import current_user
from sqlalchemy import Select

from app.blueprints.accounts.models import User
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.projects.models import Project
from app.core.models import every

MOST = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Folders and files of one project."""

    folders: Sequence[Folder]
    files: Sequence[File]

    def __len__(self) -> int:
        return len(self.folders) + len(self.files)

    def changeable_by(self, user: User) -> Selection:
        """Those of them that a person may name, move and archive."""
        folders = [each for each in self.folders if each.may_be_changed_by(user)]
        return Selection(folders, [each for each in self.files if each.takes_versions_from(user)])

    @property
    def home(self) -> int | None:
        """The number of the folder that they were ticked in."""
        numbers = [each.parent_id for each in self.folders] + [
            each.folder_id for each in self.files
        ]
        return next(iter(numbers), None)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What a form keeps of it."""
        folders = [("folder", each.public_id) for each in self.folders]
        return folders + [("file", each.public_id) for each in self.files]


def selection(project: Project) -> Selection:
    """What the request names. 404 if some of it does not exist for the reader."""
    folders = Folder.listed_for(current_user, project).order_by(Folder.seen_name, Folder.id)
    files = File.listed_for(current_user, project).order_by(File.seen_name, File.id)
    return Selection(_found(folders, Folder, "folder"), _found(files, File, "file"))


def _found(listed: Select[Any], kind: Any, field: str) -> Sequence[Any]:
    public_ids = set(request.values.getlist(field))
    if len(public_ids) > MOST:
        abort(413)
    rows = every(listed.where(kind.public_id.in_(public_ids))) if public_ids else []
    if len(rows) < len(public_ids):
        abort(404)
    return rows
