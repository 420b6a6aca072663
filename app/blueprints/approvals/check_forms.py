"""What is asked of who checks a receipt: what it says, or a file."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import ValidationError

from app.core.forms import Form, Hidden, Line


class CheckForm(Form):
    """What stands on a receipt, typed by somebody who has it."""

    reference = Line(_l("Number of the receipt"), 40, description=_l("For example F-2026-0093"))
    code = Line(_l("Code"), 100, description=_l("16 digits and letters, beside the number"))


class CheckFileForm(Form):
    """A file, or its hash alone where the browser has computed it."""

    file = FileField(_l("File"))
    sha256 = Hidden()

    def validate_file(self, field: Any) -> None:
        if not self._is_hashed and not isinstance(field.data, FileStorage):
            raise ValidationError(_l("Please choose a file."))

    @property
    def digest(self) -> str:
        """The SHA-256 of the file."""
        if self._is_hashed:
            return str(self.sha256.data)
        return hashlib.file_digest(self.file.data.stream, "sha256").hexdigest()

    @property
    def _is_hashed(self) -> bool:
        return re.fullmatch(r"[0-9a-f]{64}", self.sha256.data or "") is not None
