"""What the pages of files show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import bindparam
from sqlalchemy.orm import joinedload

from app.blueprints.clients.access import find_or_404, require
from app.blueprints.files import hooks
from app.blueprints.files.archivals import Archival
from app.blueprints.files.folders import A_PROJECT, Folder
from app.blueprints.files.forms import AddressForm, UploadForm, VersionForm
from app.blueprints.files.models import File
from app.blueprints.files.requests.pages import needs_of
from app.blueprints.files.room import limit_of, room_of
from app.blueprints.files.selecting import Selection
from app.blueprints.files.sheets import sheet_of
from app.blueprints.files.shelves import SIZE, shelf
from app.blueprints.files.telling import hearers, told_by_mail
from app.blueprints.files.transfers import AT_ONCE, Transfer
from app.blueprints.files.uploads import upload_limit
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page
from app.core import clock
from app.core.forms import Form
from app.core.models import Instant, every, one
from app.core.paging import page
from app.core.prepared import Prepared, counted
from app.core.wanting import names_of_told
from app.extensions import db

LATEST = joinedload(File.latest)
Received = tuple[Version, str]
"""A version that has come, and the name that its file should have."""
WITH = (LATEST.joinedload(Version.by), LATEST.joinedload(Version.file))

ON_TOP = Prepared[File](lambda reader: File.in_folder(reader, A_PROJECT, None).options(*WITH))
NEWEST = (File.changed_at.desc(), File.id.desc())
NOW: Any = bindparam("now", type_=Instant)
COUNT = Prepared[int](lambda reader: counted(File.listed_for(reader, A_PROJECT), File.id))
UNDECIDED = Prepared[int](
    lambda reader: counted(Transfer.undecided(reader, A_PROJECT, NOW), Transfer.id)
)


def find_folder(project: Project, public_id: str) -> Folder | None:
    """The folder of this project that the reader means, if they mean one; 404 if it does not exist for them."""
    if not public_id:
        return None
    folder: Folder = find_or_404(Folder.listed_for(current_user, project), public_id)
    return folder


def open_folder(project: Project) -> Folder | None:
    """The folder that the address names as the one that is open."""
    return find_folder(project, request.args.get("folder", ""))


def project_to_add_to(public_id: str) -> Project:
    """The project, if its reader may bring something to its files."""
    project = find_project(public_id, "files")
    require(current_user, "upload", project)
    return project


def find_file(public_id: str) -> File:
    """The file; its project comes with all that the project's pages need."""
    file: File = find_or_404(File.visible_to(current_user).options(*WITH), public_id)
    find_project(file.project.public_id)
    return file


def file_to_add_to(public_id: str, *, link: bool = False) -> File:
    """The file, if its reader may bring a newer version of it: an upload, or an address."""
    file = find_file(public_id)
    require(current_user, "upload", file)
    file.must_take(current_user, link=link)
    return file


def address_of(project: Project, folder: Folder | None = None) -> str:
    """Where the files of a project, or of a folder of it, are listed."""
    if folder is None:
        return url_for("files.index", public_id=project.public_id)
    return url_for("files.show_folder", public_id=folder.public_id)


def path_of(project: Project, folder_id: int | None) -> list[Folder]:
    """The folders that lead to one, itself the last; those in the archive lead nowhere."""
    if folder_id is None:
        return []
    tree = Folder.tree_of(project, current_user)
    return tree.path_to(tree.folders.get(folder_id))


def chosen_page(project: Project, chosen: Selection) -> dict[str, Any]:
    """What was ticked and may be changed, where it lies, and how much of it has to stay."""
    changed = chosen.changeable_by(current_user)
    stays = len(chosen) - len(changed)
    return {"path": path_of(project, chosen.home), "chosen": changed, "stays": stays}


def list_page(project: Project, form: UploadForm, folder: Folder | None = None) -> dict[str, Any]:
    """What lies in a project, or in a folder of it: the folders by name, a page of files, the last changed first."""
    at = request.args.get("at")
    if folder is None:
        files = ON_TOP.page(current_user, NEWEST, at, SIZE, project=project.id)
    else:
        inside = File.in_folder(current_user, project, folder).options(*WITH)
        files = page(inside, NEWEST, at, SIZE)
    return (
        project_page(project, "files")
        | ({} if folder else needs_of(project))
        | shelf(project, folder)
        | {
            "files": files,
            "states": hooks.states_of(files.rows, current_user),
            "form": form,
            "limit": upload_limit(),
            "undecided": count_undecided(project),
            "told": told_by_mail(project, current_user),
            "client_room": room_of(project.client) if _is_told_of_room(project) else None,
        }
    )


def form_for(file: File) -> Form:
    """The form for what becomes the next version of a file, empty."""
    return AddressForm(formdata=None) if file.is_link else VersionForm(formdata=None)


def file_page(file: File, form: Form) -> dict[str, Any]:
    """A file, with a page of its versions, the newest first; opened at one of them."""
    opened = _opened(file)
    versions = Version.of_file(file).options(joinedload(Version.by))
    may_change = file.takes_versions_from(current_user) and not file.project.is_finished
    return (
        project_page(file.project, "files")
        | sharing(file)
        | {
            "file": file,
            "state": hooks.states_of([file], current_user).get(file.id),
            "links": [] if file.is_archived else hooks.links_of(file, current_user),
            "path": path_of(file.project, file.folder_id),
            "archival": db.session.get(Archival, file.archival_id) if file.is_archived else None,
            "opened": opened,
            "gets_original": opened.gives_original_to(current_user),
            "sheet": sheet_of(opened),
            "versions": page(versions, (Version.number.desc(),), request.args.get("at"), SIZE),
            "form": form,
            "may_change": may_change,
            "may_add": may_change and not file.is_archived,
            "limit": upload_limit(),
        }
    )


def _opened(file: File) -> Version:
    """The version of the file that `version` asks for by its number, or the newest; 404 if there is none."""
    if "version" not in request.args:
        return file.latest
    number = request.args.get("version", 0, int)
    if not 0 < number <= file.number:  # More than a database takes for a number, too.
        abort(404)
    asked = Version.of_file(file).where(Version.number == number)
    return one(asked.options(joinedload(Version.by))) or abort(404)


def sharing(file: File) -> dict[str, Any]:
    """Who hears of what comes to the file; for the agency also who sees it, or will, once it is shared."""
    people = hearers(file.project, current_user)
    told = names_of_told(people, "files", file.project_id, current_user)
    if not current_user.is_staff:
        return {"told": told}
    return {"told": told, "readers": ", ".join(person.name for person in people)}


def was_received(received: Sequence[Received]) -> str:
    """What is said after an upload: which numbers versions have, and which names had to change."""
    new = [(version.file.name, wanted) for version, wanted in received if version.number == 1]
    said = [ngettext("The file is here.", "%(num)s files are here.", len(new))] if new else []
    said += [
        _("Version %(number)s of “%(name)s” is here.", number=version.number, name=version.name)
        for version, _wanted in received
        if version.number > 1
    ]
    renamed = [name for name, wanted in new if name != wanted]
    if renamed:
        told = ", ".join(_("“%(name)s”", name=name) for name in renamed)
        said.append(_("Some names were taken, so they got a number: %(names)s.", names=told))
    return " ".join(map(str, said))


def arrived(ids: Sequence[str]) -> str:
    """What is said when resumable uploads of the reader's have just come; empty if none has."""
    there = joinedload(Transfer.version).joinedload(Version.file)
    done = every(Transfer.done(current_user, ids[:AT_ONCE]).options(there)) if ids else []
    return was_received([(each.version, each.name) for each in done if each.version])


def _is_told_of_room(project: Project) -> bool:
    return bool(current_user.is_staff and limit_of(project.client))


def count_undecided(project: Project) -> int:
    """How many uploads of the reader's wait for a choice, since their names are taken."""
    return UNDECIDED.rows(current_user, project=project.id, now=clock.now()).one()


def count_of(project: Project) -> int:
    """How many files of a project the reader sees."""
    return COUNT.rows(current_user, project=project.id).one()
