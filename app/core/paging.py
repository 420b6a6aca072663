"""Lists that can grow, a page at a time: by the key of the last row, not by counting rows away."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
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


def page(
    query: Select[T],
    columns: Sequence[Any],
    cursor: str | None,
    size: int = 20,
    values: Mapping[str, Any] | None = None,
) -> Page[T]:
    """The page that `cursor` leads to; the first page without one, or with one that is of no use.

    `columns` order the list (`Update.id.desc()`, or `Client.name, Client.id`). Together they must tell
    any two rows apart, and must not be NULL. The query selects one kind of row and has no order.
    `values` are for the named parameters of a query that is asked again and again.
    """
    keys = tuple(_key(column) for column in columns)
    place = _read(cursor, keys)
    if place is None:
        return _first(query, keys, size, values)
    direction, there = place
    beyond = query.where(_beyond(keys, there, direction))
    found = _fetch(_keyed(beyond, keys, direction, size), values)
    if not found or (direction == BEFORE and len(found) <= size):
        return _first(query, keys, size, values)
    more = len(found) > size
    shown = found[:size] if direction == AFTER else found[:size][::-1]
    return Page(
        [row[0] for row in shown],
        _cursor(AFTER, shown[-1]) if more or direction == BEFORE else None,
        _cursor(BEFORE, shown[0]),
    )


def _first(
    query: Select[Any], keys: tuple[_Key, ...], size: int, values: Mapping[str, Any] | None
) -> Page[Any]:
    # What is asked again and again is put together once.
    statement = _kept if values is not None else _keyed
    found = _fetch(statement(query, keys, AFTER, size), values)
    shown = found[:size]
    return Page([row[0] for row in shown], _cursor(AFTER, shown[-1]) if len(found) > size else None)


def _fetch(statement: Select[Any], values: Mapping[str, Any] | None) -> Sequence[Any]:
    """One row more than fits, each followed by its key."""
    return db.session.execute(statement, values).all()


def _keyed(query: Select[Any], keys: tuple[_Key, ...], direction: str, size: int) -> Select[Any]:
    """The statement for one row more than fits."""
    columns = [key.column for key in keys]
    order = [
        key.column.desc() if key.descending is (direction == AFTER) else key.column.asc()
        for key in keys
    ]
    return query.add_columns(*columns).order_by(*order).limit(size + 1)


_kept = lru_cache(maxsize=256)(_keyed)


def _beyond(keys: tuple[_Key, ...], values: Sequence[Any], direction: str) -> ColumnElement[bool]:
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


def _read(cursor: str | None, keys: tuple[_Key, ...]) -> tuple[str, list[Any]] | None:
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
