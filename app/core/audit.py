"""Rows against the log: whether what a table says now is what the log says was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import DBAPIError

from app.core.database import reading
from app.core.models import Model, every
from app.extensions import db

CHUNK = 200
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, DBAPIError)
Compare = Callable[[Sequence[int]], Iterator[str]]


def walk(kind: type[Model], compare: Compare, *among: ColumnElement[bool]) -> Iterator[str]:
    """A sentence for each row that `compare` finds wrong, however many there are; a few at a time.

    `compare` gets the numbers of some rows and reads them; `among` leaves rows out.
    """
    numbers: Sequence[int] = [0]
    while numbers:
        with reading():
            after = select(kind.id).where(kind.id > numbers[-1], *among)
            numbers = every(after.order_by(kind.id).limit(CHUNK))
            problems = _problems(kind, numbers, compare)
            db.session.rollback()
        yield from problems


def _problems(kind: type[Model], numbers: Sequence[int], compare: Compare) -> list[str]:
    try:
        return list(compare(numbers)) if numbers else []
    except UNREADABLE:
        # A column holds what its kind can't hold: only SQLite takes that, and not from us.
        db.session.rollback()
        if len(numbers) == 1:
            sentence = (
                f"{kind.__name__} {numbers[0]}: what is written can't even be read; it was changed."
            )
            return [sentence]
        return [problem for number in numbers for problem in _problems(kind, [number], compare)]
