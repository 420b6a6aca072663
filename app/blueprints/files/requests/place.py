"""Where what is given for a request lies: in a folder of its own, which the first that is given makes."""

from __future__ import annotations

from app.blueprints.accounts.models import User
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import hold
from app.blueprints.files.requests.models import FileRequest
from app.core.filenames import as_seen, typed_name
from app.core.models import one
from app.extensions import db


def folder_of(asked: FileRequest) -> Folder | None:
    """The folder, if there is one that is in use."""
    folder = db.session.get(Folder, asked.folder_id) if asked.folder_id else None
    return None if folder is None or folder.is_archived else folder


def folder_to_fill(asked: FileRequest, by: User) -> Folder | None:
    """The folder, made if need be under the title of the request. None in a project that can have no more of them."""
    hold(asked.project)
    db.session.refresh(asked, ["folder_id"])
    folder = folder_of(asked) or _namesake(asked, by) or _made(asked, by)
    asked.folder_id = folder.id if folder else None
    return folder


def _namesake(asked: FileRequest, by: User) -> Folder | None:
    alike = Folder.seen_name == as_seen(typed_name(asked.title))
    return one(Folder.inside(by, asked.project, None).where(alike).limit(1))


def _made(asked: FileRequest, by: User) -> Folder | None:
    if Folder.are_enough_in(asked.project):
        return None
    return Folder.make(asked.project, typed_name(asked.title), by)
