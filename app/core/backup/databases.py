"""The two kinds of databases, as backups see them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from sqlalchemy import inspect

from app.core.agency import Agency
from app.core.backup import postgresql, sqlite
from app.core.backup.end import End
from app.core.database import is_postgresql, reading
from app.core.models import one
from app.extensions import db


class Database(Protocol):
    """What can be done with a database of one kind."""

    KIND: str

    def dump(self, path: Path) -> End:
        """Write a copy as of one moment; returns what that copy says of itself."""

    def check(self, path: Path) -> object:
        """Read a copy from end to end. Raises BackupError if it is damaged."""

    def must_be_at_rest(self) -> None:
        """Raise BackupError if the portal is running."""

    def load(self, path: Path, aside: str) -> Path | None:
        """Put a copy in the place of the database; returns where what was there lies now."""


def current() -> Database:
    """The database of this portal."""
    return postgresql if is_postgresql() else sqlite


def portal() -> str:
    """Whose portal the database is, by the agency's id; empty if it is not set up, or there are no tables."""
    with reading():
        try:
            if not inspect(db.engine).has_table(Agency.__tablename__):
                return ""
            return one(db.select(Agency.public_id)) or ""
        finally:
            db.session.rollback()
