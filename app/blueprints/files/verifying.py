"""Whether the bytes of all versions are there, and what they were: read again, measured, and hashed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import Executable, Row, func, select

from app.blueprints.files.blueprint import bp
from app.blueprints.files.versions import Version
from app.core.amounts import size as readable
from app.core.checks import Check, Outcome, ok, problem
from app.core.database import reading
from app.core.storage import StorageError, storage
from app.extensions import db

BATCH = 200
SAMPLE = 20
LOOKING = 8.0  # seconds that the doctor reads
STORED = select(
    Version.id,
    Version.name,
    Version.number,
    Version.size,
    Version.sha256,
    Version.key,
    Version.copy_sha256,
    Version.copy_key,
).where(Version.key.is_not(None))  # Links have no bytes.


@dataclass(frozen=True, slots=True)
class Checked:
    """A version whose bytes were read; `problem` says what is wrong with them, if anything is."""

    id: int
    size: int
    problem: str = ""


def check_all(after: int = 0) -> Iterator[Checked]:
    """Check all versions in the order of their rows, or those after one. Raises StorageError if nothing can be read."""
    while rows := _rows(STORED.where(Version.id > after).order_by(Version.id).limit(BATCH)):
        yield from map(_check, rows)
        after = rows[-1].id


def check_some(count: int) -> Iterator[Checked]:
    """Check so many versions, drawn by lot."""
    drawn = [row.id for row in _rows(STORED.order_by(func.random()).limit(count))]
    for start in range(0, len(drawn), BATCH):
        some = Version.id.in_(drawn[start : start + BATCH])
        yield from map(_check, _rows(STORED.where(some).order_by(Version.id)))


@bp.cli.command("verify")
@click.option("--sample", type=click.IntRange(1), help="Check only so many versions, drawn by lot.")
@click.option("--after", type=click.IntRange(0), default=0, help="Go on after this version.")
def verify(sample: int | None, after: int) -> None:
    """Read the bytes of every version, and compare their size and SHA-256 with what came in."""
    count = total = wrong = 0
    last = after
    try:
        for checked in check_some(sample) if sample else check_all(after):
            count, total, last = count + 1, total + checked.size, checked.id
            if checked.problem:
                wrong += 1
                click.echo(checked.problem)
    except KeyboardInterrupt:
        click.echo(f"Stopped. To go on from here: flask files verify --after {last}")
        raise click.exceptions.Exit(130) from None
    except StorageError as error:
        raise click.ClickException(f"The storage can't be read (after version {last}).") from error
    if wrong:
        click.echo(f"{wrong} of {count} versions are damaged.")
        raise click.exceptions.Exit(1)
    click.echo(f"All bytes are as they came: {count} versions, {readable(total)}.")


def _look() -> Iterator[Outcome]:
    """Read some versions, as many as there is time for."""
    end, count = time.monotonic() + LOOKING, 0
    for checked in check_some(SAMPLE):
        count += 1
        if checked.problem:
            advice = _("“foyer files verify” names all; bring them back from a backup.")
            yield problem(checked.problem, advice)
        if time.monotonic() > end:
            break
    yield ok(ngettext("%(num)s version was read.", "%(num)s versions were read.", count))


CHECK = Check("files", _l("Files"), _look)


def _rows(query: Executable) -> list[Row[Any]]:
    """The rows, in a transaction that ends before the bytes are read."""
    with reading():
        rows = list(db.session.execute(query))
        db.session.rollback()
    return rows


def _check(row: Row[Any]) -> Checked:
    problem = _problem(row.key, row.size, row.sha256)
    if not problem and row.copy_key:
        problem = _problem(row.copy_key, row.size, row.copy_sha256)
        problem = f"in the copy for others, {problem}" if problem else ""
    # While we read, somebody may have deleted it for good.
    if problem and not _rows(select(Version.id).where(Version.id == row.id)):
        problem = ""
    where = f"Version {row.id} ({row.name}, version {row.number})"
    return Checked(row.id, row.size, f"{where}: {problem}" if problem else "")


def _problem(key: str, size: int, sha256: str) -> str:
    if not storage().exists(key):
        return "there are no bytes."
    digest, length = hashlib.sha256(), 0
    try:
        for piece in storage().read(key):
            digest.update(piece)
            length += len(piece)
    except StorageError:
        return "the bytes can't be read."
    if length != size:
        return f"there are {length} bytes, but {size} came in."
    return "" if digest.hexdigest() == sha256 else "the bytes have changed."
