"""Lists that can grow, a page at a time: by the key of the last row, not by counting rows away."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

from app.core.models import Instant
from app.extensions import db

T = TypeVar("T")

AFTER, BEFORE = "a", "b"
LARGEST = 2**63 - 1
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, and the cursors of the pages after and before it; None where there is none."""

    rows: Sequence[T]
    next: str | None = None
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class _Key:
    """A column that the list is ordered by. Its values are never NULL."""

    column: Any
    descending: bool


def page(query: Select[T], columns: Sequence[Any], cursor: str | None, size: int = 20) -> Page[T]:
    """The page that `cursor` leads to; the first page without one, or with one that is of no use.

    `columns` order the list (`Update.id.desc()`, or `Client.name, Client.id`). Together they must tell
    any two rows apart, and must not be NULL. The query selects one kind of row and has no order.
    """
    keys = [_key(column) for column in columns]
    place = _read(cursor, keys)
    if place is None:
        return _first(query, keys, size)
    direction, values = place
    found = _fetch(query.where(_beyond(keys, values, direction)), keys, direction, size)
    if not found or (direction == BEFORE and len(found) <= size):
        return _first(query, keys, size)
    more = len(found) > size
    shown = found[:size] if direction == AFTER else found[:size][::-1]
    return Page(
        [row[0] for row in shown],
        _cursor(AFTER, shown[-1]) if more or direction == BEFORE else None,
        _cursor(BEFORE, shown[0]),
    )


def _first(query: Select[Any], keys: Sequence[_Key], size: int) -> Page[Any]:
    found = _fetch(query, keys, AFTER, size)
    shown = found[:size]
    return Page([row[0] for row in shown], _cursor(AFTER, shown[-1]) if len(found) > size else None)


def _fetch(query: Select[Any], keys: Sequence[_Key], direction: str, size: int) -> Sequence[Any]:
    """One row more than fits, each followed by its key."""
    columns = [key.column for key in keys]
    order = [
        key.column.desc() if key.descending is (direction == AFTER) else key.column.asc()
        for key in keys
    ]
    keyed: Select[Any] = query.add_columns(*columns).order_by(*order).limit(size + 1)
    return db.session.execute(keyed).all()


def _beyond(keys: Sequence[_Key], values: Sequence[Any], direction: str) -> ColumnElement[bool]:
    """What comes after (or before) a key: the first column differs, or it is the same and the next does."""
    cases = []
    for position, key in enumerate(keys):
        same = [each.column == values[at] for at, each in enumerate(keys[:position])]
        if key.descending is (direction == AFTER):
            differs = key.column < values[position]
        else:
            differs = key.column > values[position]
        cases.append(and_(*same, differs))
    return or_(*cases)


def _key(column: Any) -> _Key:
    if isinstance(column, UnaryExpression):
        return _Key(column.element, column.modifier is operators.desc_op)
    return _Key(column, False)


def _cursor(direction: str, row: Any) -> str:
    values = [each.isoformat() if isinstance(each, date) else each for each in row[1:]]
    written = json.dumps([direction, *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read(cursor: str | None, keys: Sequence[_Key]) -> tuple[str, list[Any]] | None:
    """Direction and key of a cursor, or None if it is not one of this list."""
    if not cursor or len(cursor) > LONGEST:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        direction, *raw = json.loads(base64.b64decode(padded, b"-_", validate=True))
        values = [_value(key, each) for key, each in zip(keys, raw, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None
    return (direction, values) if direction in (AFTER, BEFORE) else None


def _value(key: _Key, raw: Any) -> Any:
    """A value of a cursor as its column needs it. Raises ValueError, TypeError or OverflowError if it does not fit."""
    wanted = datetime if isinstance(key.column.type, Instant) else key.column.type.python_type
    if wanted in (datetime, date):
        value = wanted.fromisoformat(raw)
        fits = wanted is date or value.tzinfo is not None
        value = value.astimezone(UTC) if wanted is datetime and fits else value
    else:
        value = raw
        fits = type(value) is wanted and _is_plain(value)
    if not fits:
        raise ValueError("not a value of this column")
    return value


def _is_plain(value: Any) -> bool:
    if isinstance(value, int):
        return abs(value) <= LARGEST
    # A lone surrogate can't be encoded: a UnicodeEncodeError is a ValueError.
    return "\0" not in value and bool(value.encode() or True)
