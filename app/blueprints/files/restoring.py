"""An older version of a file becomes the newest once more."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from flask import Response, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from app.blueprints.clients.access import find_or_404, require
from app.blueprints.files.blueprint import bp
from app.blueprints.files.links import Link
from app.blueprints.files.log import record_arrival
from app.blueprints.files.models import Content, File
from app.blueprints.files.uploads import duplicated
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core.fragments import go
from app.extensions import db

WITH = joinedload(Version.file).joinedload(File.project).joinedload(Project.client)


@bp.post("/versions/<public_id>/restoration")
@login_required
def restore(public_id: str) -> Response:
    with _once_more(_find(public_id)) as content:
        older = _find(public_id)
        version = older.file.restore(older, content, current_user)
        record_arrival(version)
        said = _(
            "Version %(old)s is back: it is version %(new)s now.",
            old=older.number,
            new=version.number,
        )
        address = url_for("files.show", public_id=older.file.public_id)
        db.session.commit()
    return go(address, said)


def _once_more(version: Version) -> AbstractContextManager[Content]:
    """What the version is, to become another one: its bytes, kept twice then, or its address."""
    return nullcontext(Link.again(version)) if version.is_link else duplicated(version)


def _find(public_id: str) -> Version:
    """An older version of a file that the person sees in its project, and may add versions to."""
    files = File.visible_to(current_user).with_only_columns(File.id)
    there = Version.visible_to(current_user).where(Version.file_id.in_(files)).options(WITH)
    version: Version = find_or_404(there, public_id)
    require(current_user, "upload", version.file)
    return version
