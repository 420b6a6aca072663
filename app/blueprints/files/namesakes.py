"""Names that are taken where an upload goes: whether it is a newer version is chosen, never assumed."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core.filenames import as_seen
from app.core.models import every

KEPT = ("folder", "item")
LATEST = joinedload(File.latest).joinedload(Version.by)


def namesake(project: Project, folder: Folder | None, name: str, by: User) -> File | None:
    """The file of this name in a folder that a person's upload could become a version of.

    Files that the person does not see, or may not change, are not given away.
    """
    alike = (File.seen_name == as_seen(name), ~File.is_link)
    order = (File.changed_at.desc(), File.id.desc())
    there = File.in_folder(by, project, folder).where(*alike)
    files = every(there.order_by(*order).options(LATEST))
    return next((file for file in files if file.takes_versions_from(by)), None)


def can_be_asked() -> bool:
    """Whether our own page sends the upload, and its person has not said yet that both files stay."""
    return request.headers.get("HX-Request") == "true" and "both" not in request.args


def question_about(file: File) -> Response:
    """The question whether an upload is a newer version of this file, before a byte of it is sent."""
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if name in request.args}
    begin = partial(url_for, "files.create_upload", public_id=file.project.public_id, **kept)
    question = render_template(
        "files/_namesake.html", file=file, newer=begin(file=file.public_id), both=begin(both="y")
    )
    return make_response(question, 409)
