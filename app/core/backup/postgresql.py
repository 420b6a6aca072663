"""Copies of a PostgreSQL database: by pg_dump, in PostgreSQL's own packed format."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, inspect, text

from app.core.backup.end import End
from app.core.backup.errors import BackupError
from app.extensions import db

KIND = "postgresql"
OURS = ["--no-owner", "--no-privileges"]
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def dump(path: Path) -> End:
    """Write a copy of the database as it is now."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        # The dump and what we read ourselves are of the very same moment.
        moment = connection.scalar(text("SELECT pg_export_snapshot()"))
        end = _end(connection)
        _run(
            "pg_dump",
            "--format=custom",
            *OURS,
            f"--snapshot={moment}",
            f"--file={path}",
            _address(),
        )
    return end


def check(path: Path) -> None:
    """Let pg_restore read a copy from end to end. Raises BackupError if it is damaged."""
    _run("pg_restore", "--list", str(path))
    _run("pg_restore", f"--file={os.devnull}", str(path))


def must_be_at_rest() -> None:
    """Raise BackupError if anybody else is connected to the database."""
    db.session.remove()
    db.engine.dispose()
    with db.engine.connect() as connection:
        if connection.scalar(OTHERS):
            raise BackupError("The portal is running. Stop it first: web server and worker.")


def load(path: Path, aside: str) -> Path | None:
    """Put a copy in the place of the database, as a whole; returns a copy of what was there."""
    db.session.remove()
    tables = inspect(db.engine).get_table_names()
    kept = Path(current_app.instance_path, f"foyer.{aside}.dump") if aside else None
    if kept:
        kept.touch(0o600)
        dump(kept)
    _drop(tables)
    db.engine.dispose()
    whole = ("--single-transaction", "--exit-on-error")
    try:
        _run("pg_restore", *whole, *OURS, f"--dbname={_address()}", str(path))
    except BackupError as error:
        where = f" What was in the database lies in {kept}; pg_restore reads it." if kept else ""
        raise BackupError(f"{error}{where}") from error
    return kept


def _drop(tables: list[str]) -> None:
    names = ", ".join(f'"{name}"' for name in tables)
    with db.engine.begin() as connection:
        if names:
            connection.execute(text(f"DROP TABLE {names} CASCADE"))


def _end(connection: Connection) -> End:
    return End.read(lambda query: connection.execute(text(query)).first())


def _address() -> str:
    """Where the database is, without its password: other people on this machine see what is called."""
    url = db.engine.url.set(drivername="postgresql", password=None)
    return url.render_as_string()


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        advice = "On Debian and Ubuntu: apt-get install postgresql-client"
        raise BackupError(f"{program} is missing. {advice}")
    password = db.engine.url.password
    secret = {"PGPASSWORD": password} if password else {}
    done = subprocess.run(
        [program, *arguments],
        env=os.environ | secret,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:500]
        raise BackupError(f"{program} failed: {said}")
