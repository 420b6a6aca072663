"""How it reads in the log when files and folders are named, moved, archived or deleted."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.core.events import Event
from app.core.features import Verb


def file_of(event: Event) -> str:
    """The page of the file that it happened to."""
    return url_for("files.show", public_id=event.facts["file"])


def _folder(event: Event) -> str:
    return url_for("files.show_folder", public_id=event.facts["folder"])


def _archive(event: Event) -> str:
    return url_for("files.list_archive", public_id=event.facts["in_project"])


def _moved(event: Event) -> str:
    name, place = event.facts["name"], event.facts["place"]
    if not place:
        return str(_l("%(name)s out of its folder", name=name))
    return str(_l("%(name)s to “%(folder)s”", name=name, folder=place))


def _renamed(event: Event) -> str:
    before, name = event.facts["before"], event.facts["name"]
    return str(_l("%(before)s to %(name)s", before=before, name=name))


VERBS = {
    "file.renamed": Verb(
        _l("%(who)s renamed %(what)s."), _l("You renamed %(what)s."), _renamed, file_of
    ),
    "file.moved": Verb(_l("%(who)s moved %(what)s."), _l("You moved %(what)s."), _moved, file_of),
    "file.archived": Verb(
        _l("%(who)s archived %(what)s."), _l("You archived %(what)s."), url=file_of
    ),
    "file.restored": Verb(
        _l("%(who)s brought %(what)s back from the archive."),
        _l("You brought %(what)s back from the archive."),
        url=file_of,
    ),
    "file.discarded": Verb(
        _l("%(who)s marked %(what)s to be deleted."),
        _l("You marked %(what)s to be deleted."),
        url=file_of,
    ),
    "file.kept": Verb(
        _l("%(who)s kept %(what)s from being deleted."),
        _l("You kept %(what)s from being deleted."),
        url=file_of,
    ),
    "file.deleted": Verb(
        _l("%(what)s was deleted for good, as %(who)s had decided."),
        _l("%(what)s was deleted for good, as you had decided."),
    ),
    "folder.made": Verb(
        _l("%(who)s made the folder %(what)s."), _l("You made the folder %(what)s."), url=_folder
    ),
    "folder.renamed": Verb(
        _l("%(who)s renamed the folder %(what)s."),
        _l("You renamed the folder %(what)s."),
        _renamed,
        _folder,
    ),
    "folder.moved": Verb(
        _l("%(who)s moved the folder %(what)s."),
        _l("You moved the folder %(what)s."),
        _moved,
        _folder,
    ),
    "folder.deleted": Verb(
        _l("%(who)s deleted the empty folder %(what)s."),
        _l("You deleted the empty folder %(what)s."),
    ),
    "folder.archived": Verb(
        _l("%(who)s archived the folder %(what)s."),
        _l("You archived the folder %(what)s."),
        url=_archive,
    ),
    "folder.restored": Verb(
        _l("%(who)s brought the folder %(what)s back from the archive."),
        _l("You brought the folder %(what)s back from the archive."),
        url=_archive,
    ),
}
