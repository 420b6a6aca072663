"""Tables for spreadsheet programs: CSV as RFC 4180 has it, with what Excel needs beyond it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import get_locale

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """The rows as a file. Excel takes it for UTF-8 by its mark, and a text is never run as a formula.

    Where a comma divides euros from cents, Excel expects semicolons between the cells.
    """
    locale = get_locale()
    divided = locale.number_symbols["latn"]["decimal"] if locale else "."
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";" if divided == "," else ",", lineterminator="\r\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return (BOM + written.getvalue()).encode()


def _safe(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
