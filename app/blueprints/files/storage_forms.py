"""How much clients may store, and which kinds of files are not taken."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from app.core.forms import Form, Line

GB = 10**9
MOST = 1_000_000 * GB
ENDING = re.compile(r"[a-z0-9]{1,10}")


class Gigabytes(Field):
    """A number of gigabytes as the reader writes numbers; `data` are bytes, or None if it is left empty."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        raw = valuelist[0].strip() if valuelist else ""
        self.data: int | None = _bytes(raw) if raw else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        number = Decimal(self.data) / GB if self.data else None
        return format_decimal(number, "0.###", get_locale()) if number else ""


class StorageForm(Form):
    """What holds for the files of all clients."""

    quota = Gigabytes(
        _l("Gigabytes for each client"), description=_l("Empty: as much as there is.")
    )
    refused = Line(
        _l("Kinds of files that are not taken"),
        500,
        required=False,
        description=_l("Their endings, such as: exe bat iso. Empty: all are taken."),
    )

    def validate_refused(self, field: Any) -> None:
        """Keep the endings as they are compared: lower case, without dots, each once."""
        endings = re.split(r"[\s,;]+", (field.data or "").lower().strip(" ,;"))
        found = sorted({each.lstrip("*.") for each in endings} - {""})
        if not all(ENDING.fullmatch(each) for each in found):
            raise ValidationError(_l("Please write endings only, such as: exe bat iso."))
        field.data = " ".join(found)


class QuotaForm(Form):
    """How much one client may store."""

    quota = Gigabytes(_l("Gigabytes for this client"))


def _bytes(raw: str) -> int:
    try:
        number = parse_decimal(raw, get_locale(), strict=True)
        fits = number.is_finite() and 0 < number * GB <= MOST
    except (NumberFormatError, ArithmeticError):
        fits = False
    if not fits:
        example = format_decimal(Decimal("2.5"), locale=get_locale())
        raise ValueError(_("Please enter a number such as 20 or %(example)s.", example=example))
    return int(number * GB)
