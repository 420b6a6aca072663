"""What can be uploaded, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation, ValidationError

from app.blueprints.files.uploads import refusal, size_of
from app.core.filenames import safe_name
from app.core.forms import Form, Hidden, Line, OneOf, Words
from app.core.web import LONGEST_ADDRESS, NoWebAddress, web_address

CHOOSE = _l("Please choose a file.")
MARKDOWN_HINT = _l("You can use Markdown: ## heading, **bold**, - lists, links.")
MOST_WRITTEN = 50_000  # characters


def uploadable(_form: Any, field: Any) -> None:
    """Refuse nothing at all, empty files, and files that are too large."""
    parts = parts_of(field)
    if not parts:
        raise StopValidation(CHOOSE)
    for part in parts:
        problem = refusal(safe_name(part.filename or ""), size_of(part))
        if problem:
            raise StopValidation(problem)


def parts_of(field: Any) -> Sequence[FileStorage]:
    """The files that were chosen in a field for one or for several."""
    found = field.data if isinstance(field.data, list) else [field.data]
    return [part for part in found if isinstance(part, FileStorage)]


class UploadForm(Form):
    """New files, for the folder that is open."""

    folder = Hidden()
    files = MultipleFileField(_l("Files"), validators=[uploadable])


class VersionForm(Form):
    """A newer version of a file, and what changed in it."""

    file = FileField(_l("New version"), validators=[uploadable])
    note = Line(_l("What has changed?"), 500, required=False)


class ChoiceForm(Form):
    """What becomes of an upload whose name is taken."""

    becomes = OneOf(_l("What becomes of it?"), [("version", ""), ("both", ""), ("nothing", "")])
    note = Line(_l("What has changed?"), 500, required=False)


def on_the_web(_form: Any, field: Any) -> None:
    """Refuse what no browser should be sent to; what is left is written as it is kept."""
    try:
        field.data = web_address(field.data)
    except NoWebAddress:
        raise ValidationError(
            _l("Please check the address. It should look like https://www.figma.com/file/…")
        ) from None


class AddressForm(Form):
    """A newer address of a link, and what is different there."""

    address = Line(_l("Address"), LONGEST_ADDRESS, validators=[on_the_web])
    note = Line(_l("What has changed?"), 500, required=False)


class LinkForm(AddressForm):
    """A link beside the files."""

    title = Line(_l("Title"), 160, description=_l("As people call it: Staging site, Figma draft"))
    address = Line(_l("Address"), LONGEST_ADDRESS, validators=[on_the_web])
    note = Line(
        _l("Note"),
        500,
        required=False,
        description=_l("What one finds there, or a hint for signing in."),
    )


class TextForm(Form):
    """A text that is written here."""

    title = Line(_l("Title"), 160, description=_l("It becomes the name of the file."))
    text = Words(_l("Text"), MOST_WRITTEN, description=MARKDOWN_HINT)


class TextVersionForm(Form):
    """A newer version of a text; `base` is the number of the one that it was made from."""

    before = ""
    base = Hidden()
    text = Words(_l("Text"), MOST_WRITTEN, description=MARKDOWN_HINT)
    note = Line(_l("What has changed?"), 500, required=False)

    def validate_text(self, field: Any) -> None:
        """Refuse what is there already: it would ask for another decision on the same."""
        if field.data == self.before:
            raise ValidationError(_l("Nothing has changed in the text, so nothing was saved."))


class PlainForm(Form):
    """A button: nothing but its token."""
