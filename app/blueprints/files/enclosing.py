"""Putting pictures and files into an update that is being written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from sqlalchemy.orm import joinedload
from wtforms import BooleanField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput

from app.blueprints.accounts.models import User
from app.blueprints.files.enclosures import LONGEST_ALT, Enclosure
from app.blueprints.files.folders import Folder
from app.blueprints.files.forms import parts_of
from app.blueprints.files.log import record_arrival, record_version
from app.blueprints.files.models import File
from app.blueprints.files.previews import PICTURES
from app.blueprints.files.room import take_room
from app.blueprints.files.uploads import Upload, received, refusal, size_of
from app.blueprints.files.versions import Version
from app.blueprints.projects.hooks import Bring
from app.blueprints.projects.models import Project
from app.blueprints.projects.updates import Update
from app.core.agency import Agency
from app.core.filenames import as_seen, content_type_of, safe_name
from app.core.filetypes import HEAD
from app.core.forms import Form, SomeOf, Words
from app.core.models import every, one

MOST_PICTURES = 12


def pictures_only(_form: Any, field: Any) -> None:
    """Refuse what can't be shown, what is empty or too large, and too many."""
    parts = parts_of(field)
    if len(parts) > MOST_PICTURES:
        raise StopValidation(
            _("Please choose at most %(count)s pictures for one update.", count=MOST_PICTURES)
        )
    for part in parts:
        name = safe_name(part.filename or "")
        head = part.stream.read(HEAD)
        problem = refusal(name, size_of(part))
        if not problem and content_type_of(head, name) not in PICTURES:
            problem = _("“%(name)s” is no picture that can be shown here.", name=name)
        if problem:
            raise StopValidation(problem)


class EnclosureForm(Form):
    """What goes with an update. `told` are the descriptions of the pictures, in their order."""

    pictures = MultipleFileField(_l("Pictures"), validators=[pictures_only])
    alts = Words(
        _l("What do the pictures show?"),
        MOST_PICTURES * (LONGEST_ALT + 1),
        required=False,
        description=_l("One line for each, in their order; for everybody who can't see them."),
    )
    versions = SomeOf(_l("Which files belong to it?"), option_widget=CheckboxInput())
    share = BooleanField(_l("Share the internal ones with the client"))

    def offer(self, files: Sequence[File]) -> None:
        """Let the newest versions of these files be chosen."""
        self.internal = {each.latest.public_id for each in files if not each.is_shared}
        self.versions.choices = [(each.latest.public_id, _label(each)) for each in files]

    @property
    def told(self) -> list[str]:
        return [line.strip() for line in self.alts.data.split("\n")]

    def validate_alts(self, _field: Any) -> None:
        """Refuse a description that is a story."""
        if any(len(line) > LONGEST_ALT for line in self.told):
            raise ValidationError(
                _("Please use at most %(max)s characters for each picture.", max=LONGEST_ALT)
            )

    def validate_share(self, field: Any) -> None:
        """Refuse to show what is internal unless that was said."""
        if self.internal.intersection(self.versions.data or []) and not field.data:
            raise ValidationError(
                _("Some of these files are internal. Please share them, or leave them out.")
            )


@dataclass(frozen=True, slots=True)
class Files:
    """The part of the form of an update in which pictures and files are put into it."""

    form: EnclosureForm
    user: User
    template: str = "files/_update_form.html"

    @property
    def folder(self) -> str:
        """Where the pictures will lie."""
        return _folder_name()

    @contextmanager
    def brought(self) -> Iterator[Bring]:
        """Store the pictures; gives what puts them, and the chosen files, into an update."""
        with received(parts_of(self.form.pictures)) as uploads:
            yield lambda update, project: self._enclose(update, project, uploads)

    def _enclose(self, update: Update, project: Project, uploads: Sequence[Upload]) -> None:
        if uploads:
            self._show(update, project, uploads)
        for version in self._chosen():
            if not version.file.is_shared:
                version.file.share(self.user)
                record_version(version, "file.shared", version.file)
            Enclosure.point_to(update, version)

    def _show(self, update: Update, project: Project, uploads: Sequence[Upload]) -> None:
        take_room(project, uploads, self.user)
        folder = picture_folder(project, self.user)
        told = self.form.told + [""] * len(uploads)
        for upload, alt in zip(uploads, told, strict=False):
            version = File.add(project, upload, self.user, folder)
            version.file.share(self.user)
            record_arrival(version, "picture")
            Enclosure.show(update, version, alt)

    def _chosen(self) -> Sequence[Version]:
        ticked = Version.public_id.in_(self.form.versions.data or [])
        whole = joinedload(Version.file).joinedload(File.project).joinedload(Project.client)
        query = Version.visible_to(self.user).where(ticked).options(whole)
        return every(query.order_by(Version.id))


def picture_folder(project: Project, by: User) -> Folder:
    """Where the pictures of a project's updates lie; the first of them makes the folder."""
    name = _folder_name()
    alike = Folder.inside(by, project, None).where(Folder.seen_name == as_seen(name))
    return one(alike.limit(1)) or Folder.make(project, name, by)


def _folder_name() -> str:
    """What it is called in the agency's language, whoever writes, so that there is one."""
    agency = Agency.current()
    with force_locale(agency.language if agency else "en"):
        return str(_("Pictures of the updates"))


def _label(file: File) -> str:
    words = {"name": file.name, "number": file.number}
    if file.is_shared:
        return str(_("%(name)s, version %(number)s", **words))
    return str(_("%(name)s, version %(number)s (internal)", **words))
