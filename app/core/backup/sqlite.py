"""Copies of a SQLite database: by its backup API, in one read transaction that no writer waits for."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from app.core.backup.end import End
from app.core.backup.errors import BackupError, reaching
from app.extensions import db

KIND = "sqlite"
LEVEL = 3
BESIDE = ("-wal", "-shm")


def dump(path: Path) -> End:
    """Write a packed copy of the database as it is now."""
    plain = path.with_suffix(".plain")
    with reaching("The database"), closing(sqlite3.connect(_file())) as source:
        with closing(sqlite3.connect(plain)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # One file, with nothing beside it.
            end = _end(copy)
        with plain.open("rb") as file, gzip.open(path, "wb", LEVEL) as packed:
            shutil.copyfileobj(file, packed, 1024 * 1024)
    plain.unlink()
    return end


def check(path: Path) -> End:
    """Unpack and open a copy, and let SQLite look at every page. Raises BackupError if it is damaged."""
    plain = _unpacked(path)
    try:
        with closing(sqlite3.connect(plain)) as copy:
            [found] = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise BackupError(f"The copy of the database is damaged: {found}")
            return _end(copy)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"The copy of the database is damaged: {error}.") from error
    finally:
        plain.unlink(missing_ok=True)


def must_be_at_rest() -> None:
    """Raise BackupError if a process has the database open."""
    db.session.remove()
    db.engine.dispose()
    if not _file().exists():
        return
    try:
        with closing(sqlite3.connect(_file(), timeout=0)) as alone:
            alone.execute("PRAGMA locking_mode = EXCLUSIVE")
            alone.execute("BEGIN EXCLUSIVE")
            alone.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise BackupError("The portal is running. Stop it first: web server and worker.") from error
    except sqlite3.DatabaseError:
        return  # What is damaged may be replaced.


def load(path: Path, aside: str) -> Path | None:
    """Put a copy in the place of the database; returns where what was there lies now."""
    fresh = _unpacked(path)
    db.session.remove()
    db.engine.dispose()
    with reaching("The database"):
        for each in ("", *BESIDE):
            there = _file().with_name(_file().name + each)
            if there.exists() and aside:
                there.rename(_aside(aside).with_name(_aside(aside).name + each))
            there.unlink(missing_ok=True)
        shutil.move(fresh, _file())
    return _aside(aside) if aside else None


def _aside(name: str) -> Path:
    return _file().with_name(f"{_file().name}.{name}")


def _file() -> Path:
    return Path(db.engine.url.database or "")


def _unpacked(path: Path) -> Path:
    plain = path.with_suffix(".plain")
    try:
        with gzip.open(path) as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file, 1024 * 1024)
    except (gzip.BadGzipFile, EOFError) as error:
        raise BackupError("The copy of the database is damaged: it can't be unpacked.") from error
    return plain


def _end(connection: sqlite3.Connection) -> End:
    return End.read(lambda query: connection.execute(query).fetchone())
