"""One at a time: whoever makes, checks or brings back a backup has a folder to work in, and is alone."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app
from sqlalchemy import text

from app.core.backup.errors import BackupRunning, reaching
from app.core.database import is_postgresql
from app.extensions import db

FOLDER = "backup"
# Any number will do, as long as nothing else in the database takes it.
ONE_AT_A_TIME = 0x464F5942
LOCK = text("SELECT pg_try_advisory_lock(:number)").bindparams(number=ONE_AT_A_TIME)
UNLOCK = text("SELECT pg_advisory_unlock(:number)").bindparams(number=ONE_AT_A_TIME)


@contextmanager
def own_turn() -> Iterator[Path]:
    """Give an empty folder that is gone afterwards. Raises BackupRunning if another one is at it.

    What a killed one left in it is thrown away.
    """
    home = Path(current_app.instance_path, FOLDER)
    with reaching(str(home)):
        home.mkdir(mode=0o700, exist_ok=True)
        lock = (home / "lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRunning("Another backup is running. Wait until it has ended.") from error
        work = home / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


@contextmanager
def alone_at_the_database() -> Iterator[None]:
    """On PostgreSQL, keep other machines from making a backup of the same database meanwhile."""
    if not is_postgresql():
        yield
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(LOCK):
            raise BackupRunning("Another machine is making a backup. Wait until it has ended.")
        try:
            yield
        finally:
            connection.execute(UNLOCK)
