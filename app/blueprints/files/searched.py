"""What the search finds of files and folders: names, notes on versions, and where links lead to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.searched import place_of
from app.core.formats import moment
from app.core.searched import Said, Searched
from app.extensions import db


def _files(user: User) -> Select[File]:
    found = File.visible_to(user).where(File.archival_id.is_(None))
    return found.options(
        joinedload(File.project).joinedload(Project.client), joinedload(File.folder)
    )


def _words(numbers: Sequence[int]) -> Iterator[Said]:
    said = select(Version.file_id, Version.note, Version.url).where(
        Version.file_id.in_(numbers), or_(Version.note != "", Version.url.is_not(None))
    )
    words: dict[int, list[str]] = defaultdict(list)
    for number, *told in db.session.execute(said.order_by(Version.number.desc())):
        words[number] += filter(None, told)
    names = select(File.id, File.name).where(File.id.in_(numbers))
    for number, name in db.session.execute(names):
        yield Said(number, name, " · ".join(words[number]))


def _meta(file: File, user: User) -> list[Any]:
    return [
        *place_of(file.project, user),
        file.folder.name if file.folder else "",
        moment(file.changed_at),
        _("Internal") if not file.is_shared else "",
    ]


FILES = Searched(
    kind="file",
    label=_l("Files"),
    icon="file",
    scope=_files,
    words=_words,
    made_of={File: "id", Version: "file_id"},
    url=lambda file: url_for("files.show", public_id=file.public_id),
    meta=_meta,
)


def _folders(user: User) -> Select[Folder]:
    found = Folder.visible_to(user).where(Folder.archival_id.is_(None))
    return found.options(joinedload(Folder.project).joinedload(Project.client))


def _names(numbers: Sequence[int]) -> Iterator[Said]:
    names = select(Folder.id, Folder.name).where(Folder.id.in_(numbers))
    for number, name in db.session.execute(names):
        yield Said(number, name)


FOLDERS = Searched(
    kind="folder",
    label=_l("Folders"),
    icon="folder",
    scope=_folders,
    words=_names,
    made_of={Folder: "id"},
    url=lambda folder: url_for("files.show_folder", public_id=folder.public_id),
    meta=lambda folder, user: place_of(folder.project, user),
)
