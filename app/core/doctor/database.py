"""The database: whether it answers, is whole, is of this Foyer, and tells the same time."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import func, select, text

from app.core import clock, schema
from app.core.amounts import size
from app.core.checks import Outcome, ok, problem, warning
from app.core.database import is_postgresql
from app.core.events import Event
from app.core.formats import lasting
from app.extensions import db

LOOKING = 8.0  # seconds that SQLite may read its own pages
APART = timedelta(seconds=30)


def look_at_database() -> Iterator[Outcome]:
    """Whether it answers and is whole."""
    db.session.execute(text("SELECT 1"))
    return _postgresql() if is_postgresql() else _sqlite()


def look_at_tables() -> Iterator[Outcome]:
    """Whether all migrations have run."""
    if schema.is_current():
        yield ok(_("They are as this Foyer needs them."))
    else:
        says = _("They are of another Foyer than this one.")
        yield problem(says, _("Run “foyer db upgrade”; “foyer update” does it by itself."))


def look_at_clock() -> Iterator[Outcome]:
    """Whether this machine and the database tell the same time, and it never went back."""
    found = [*_against_database(), *_against_log(), *_against_the_world()]
    yield from found or [ok(_("It is right, as far as can be seen from here."))]


def _sqlite() -> Iterator[Outcome]:
    path = Path(db.engine.url.database or "")
    mode = db.session.scalar(text("PRAGMA journal_mode"))
    whole = _whole(path)
    says = _(
        "SQLite %(version)s, %(size)s.",
        version=sqlite3.sqlite_version,
        size=size(path.stat().st_size),
    )
    if whole not in ("ok", ""):
        advice = _("Stop the portal, and bring the last backup back: “foyer restore”.")
        yield problem(_("The database is damaged (%(why)s).", why=whole[:200]), advice)
    elif mode != "wal":
        advice = _(
            "The folder of the instance must be on a disk of this machine, not on a network."
        )
        yield problem(_("SQLite can't use its write-ahead log here (%(mode)s).", mode=mode), advice)
    elif not whole:
        yield ok(says + " " + _("It is too large to read all of it in passing."))
    else:
        yield ok(says + " " + _("It is whole."))


def _whole(path: Path) -> str:
    """What SQLite finds in its pages; empty if it took too long."""
    end = time.monotonic() + LOOKING
    with closing(sqlite3.connect(path)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        try:
            return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError:
            return ""
        except sqlite3.DatabaseError as error:
            return str(error)


def _postgresql() -> Iterator[Outcome]:
    version, encoding = (
        db.session.scalar(text(f"SHOW {each}")) for each in ("server_version", "server_encoding")
    )
    bytes_used = db.session.scalar(text("SELECT pg_database_size(current_database())")) or 0
    failures = db.session.scalar(
        text("SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()")
    )
    if failures:
        advice = _("The disk of the database server may be dying. Make a backup, and move.")
        yield problem(_("PostgreSQL has found damaged pages (%(num)s).", num=failures), advice)
    if encoding != "UTF8":
        advice = _("Make a database with ENCODING 'UTF8', and restore the backup into it.")
        yield problem(_("The database keeps text as %(encoding)s.", encoding=encoding), advice)
    number = str(version).split()[0]
    yield ok(_("PostgreSQL %(version)s, %(size)s.", version=number, size=size(int(bytes_used))))
    yield from _programs(int(number.partition(".")[0]))


def _programs(server: int) -> Iterator[Outcome]:
    """Whether this machine can make backups of that server: an older pg_dump refuses."""
    program = shutil.which("pg_dump")
    said = (
        subprocess.run([program, "--version"], capture_output=True, text=True) if program else None
    )
    number = said.stdout.split()[2].partition(".")[0] if said and said.stdout else "0"
    if not number.isdecimal() or int(number) < server:
        says = _("There is no pg_dump here that can make backups of this PostgreSQL.")
        yield warning(says, f"apt-get install postgresql-client-{server}")


def _against_database() -> Iterator[Outcome]:
    if not is_postgresql():
        return
    there = db.session.scalar(text("SELECT clock_timestamp()"))
    assert isinstance(there, datetime)
    if abs(there - clock.now()) > APART:
        says = _("The clocks of this machine and of the database are apart.")
        yield problem(says, _("Let both machines set their clocks by NTP."))


def _against_log() -> Iterator[Outcome]:
    last = db.session.scalar(select(func.max(Event.at)))
    if last is not None and last > clock.now() + APART:
        ahead = lasting(last - clock.now())
        says = _(
            "The newest line of the log is from the future (%(ahead)s): the clock was, or is, wrong.",
            ahead=ahead,
        )
        yield problem(says, _("Let the machine set its clock by NTP: timedatectl set-ntp true"))


def _against_the_world() -> Iterator[Outcome]:
    program = shutil.which("timedatectl")
    if program is None:
        return
    command = [program, "show", "--property=NTPSynchronized", "--value"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=5)
    if said.stdout.strip() == "no":
        says = _("Nobody sets the clock of this machine.")
        yield warning(says, "timedatectl set-ntp true")
