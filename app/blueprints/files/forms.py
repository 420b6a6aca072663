"""What can be uploaded, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation

from app.blueprints.files.uploads import size_of, upload_limit
from app.core.amounts import size
from app.core.filenames import safe_name
from app.core.forms import Form, Line

CHOOSE = _l("Please choose a file.")


def uploadable(_form: Any, field: Any) -> None:
    """Refuse nothing at all, empty files, and files that are too large."""
    parts = parts_of(field)
    if not parts:
        raise StopValidation(CHOOSE)
    for part in parts:
        name, length = safe_name(part.filename or ""), size_of(part)
        if length == 0:
            raise StopValidation(
                _("“%(name)s” is empty. Please check the file and choose it again.", name=name)
            )
        if length > upload_limit():
            raise StopValidation(
                _(
                    "“%(name)s” is too large: %(size)s. A file can have up to %(limit)s.",
                    name=name,
                    size=size(length),
                    limit=size(upload_limit()),
                )
            )


def parts_of(field: Any) -> Sequence[FileStorage]:
    """The files that were chosen in a field for one or for several."""
    found = field.data if isinstance(field.data, list) else [field.data]
    return [part for part in found if isinstance(part, FileStorage)]


class UploadForm(Form):
    """New files."""

    files = MultipleFileField(_l("Files"), validators=[uploadable])


class VersionForm(Form):
    """A newer version of a file, and what changed in it."""

    file = FileField(_l("New version"), validators=[uploadable])
    note = Line(_l("What has changed?"), 500, required=False)


class PlainForm(Form):
    """A button: nothing but its token."""
