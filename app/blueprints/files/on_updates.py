"""What files mean for updates: pictures that are shown in them, and versions that they point to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.clients.access import find_or_404
from app.blueprints.files.blueprint import bp
from app.blueprints.files.enclosing import EnclosureForm, Files
from app.blueprints.files.enclosures import Enclosure
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.blueprints.projects import hooks
from app.blueprints.projects.hooks import Part
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import sees_section
from app.blueprints.projects.updates import Update
from app.core import features
from app.core.models import every

MOST_OFFERED = 50


def plug_in() -> None:
    """Take part in writing and reading updates."""
    hooks.UPDATE_ADDITIONS.append(additions)
    hooks.UPDATE_PARTS.append(parts)


def additions(project: Project, user: User) -> Iterator[Files]:
    """What can be put into an update: pictures always, files where the client sees files."""
    if features.is_on("files"):
        form = EnclosureForm()
        form.offer(_offered(project, user) if project.shows("files") else [])
        yield Files(form, user)


def parts(updates: Sequence[Update], user: User) -> dict[int, Part]:
    """The pictures and files of some updates; files only for those who see the files of the project."""
    found: dict[int, list[Enclosure]] = defaultdict(list)
    if features.is_on("files"):
        for each in every(Enclosure.of_updates(updates, user)):
            if each.is_picture or sees_section(user, each.version.file.project, "files"):
                found[each.update_id].append(each)
    return {
        number: Part("files/_enclosed.html", each, partial(words_of, each), each[0].version_id)
        for number, each in found.items()
    }


def words_of(enclosures: Sequence[Enclosure]) -> str:
    """What goes with an update, in a line: 2 pictures, Poster.png (version 3)."""
    pictures = sum(each.is_picture for each in enclosures)
    words = [ngettext("one picture", "%(num)s pictures", pictures)] if pictures else []
    for each in enclosures:
        if not each.is_picture:
            version = _("version %(number)s", number=each.version.number)
            words.append(f"{each.version.file.name} ({version})")
    return ", ".join(map(str, words))


@bp.get("/enclosures/<public_id>")
@login_required
def show_enclosure(public_id: str) -> Response:
    """A picture of an update, for a page that waits for it and has asked `looks` times."""
    pictures = Enclosure.visible_to(current_user).where(Enclosure.is_picture)
    enclosure = find_or_404(pictures.options(joinedload(Enclosure.version)), public_id)
    looks = request.args.get("looks", 0, int)
    return make_response(
        render_template("files/_enclosed_picture.html", each=enclosure, looks=looks)
    )


def _offered(project: Project, user: User) -> Sequence[File]:
    """The files that changed last, without those that are only there as pictures of updates."""
    pictures = select(Version.file_id).join(Enclosure, Enclosure.version_id == Version.id)
    others = File.id.not_in(pictures.where(Enclosure.is_picture))
    files = File.listed_for(user, project).where(others).options(joinedload(File.latest))
    return every(files.order_by(File.changed_at.desc(), File.id.desc()).limit(MOST_OFFERED))
