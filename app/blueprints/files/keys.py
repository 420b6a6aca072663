"""Which bytes belong to a row: those whose key stands in any column of the database that holds keys."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, select

from app.core.database import reading
from app.core.models import every
from app.core.storage import IN_STORAGE
from app.extensions import Base, db


def known(keys: set[str]) -> set[str]:
    """Those of these keys that a row has; ends the transaction."""
    with reading():
        found = {
            key for column in _columns() for key in every(select(column).where(column.in_(keys)))
        }
        db.session.rollback()
    return found


def _columns() -> Iterator[Column[str]]:
    for table in Base.metadata.tables.values():
        yield from (column for column in table.columns if column.info == IN_STORAGE)
