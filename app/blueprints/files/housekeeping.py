"""What is deleted every day: bytes that no row knows, since the process that took them in was killed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import Column, select

from app.core import clock
from app.core.chores import again
from app.core.database import reading
from app.core.models import every
from app.core.storage import IN_STORAGE, storage
from app.extensions import Base, db

GRACE = timedelta(days=7)
AT_ONCE = 500


@again("storage", timedelta(days=1))
def forget_remains() -> None:
    """Delete half-written files, and whole ones whose upload never got its row; only after a week."""
    db.session.rollback()  # Nothing is locked while we look through the storage.
    before = clock.now() - GRACE
    storage().discard_remains(before)
    keys = storage().keys(before=before)
    while some := set(islice(keys, AT_ONCE)):
        for key in some - _known(some):
            storage().delete(key)


def _known(keys: set[str]) -> set[str]:
    with reading():
        found = {
            key for column in _columns() for key in every(select(column).where(column.in_(keys)))
        }
        db.session.rollback()
    return found


def _columns() -> Iterator[Column[str]]:
    """Every column of the database that holds keys."""
    for table in Base.metadata.tables.values():
        yield from (column for column in table.columns if column.info == IN_STORAGE)
