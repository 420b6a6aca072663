"""`flask backup` and `flask restore`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.core.backup import checking, making, restoring
from app.core.backup.errors import BackupError, BackupRunning
from app.core.backup.manifest import Manifest
from app.core.backup.plan import Backup
from app.core.backup.progress import Progress, amount_of
from app.core.backup.vault import Vault
from app.extensions import db
from app.settings import Settings

BUSY = 75
"""The exit code of what can be tried again: another one is at it."""
TO = click.option("--to", default="", help="A folder, or s3://bucket/prefix; else FOYER_BACKUP_TO.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the outcome for programs.")


@click.group("backup", cls=AppGroup, invoke_without_command=True)
@TO
@AS_JSON
@click.option("--nightly", is_flag=True, hidden=True)
@click.pass_context
@with_appcontext
def backup(context: click.Context, to: str, as_json: bool, nightly: bool) -> None:
    """Copy database and files to another place while the portal runs, check the copy, thin old ones."""
    if context.invoked_subcommand:
        return
    with _told(), _noted(nightly), Progress() as progress:
        made = making.make(_vault(to), progress.tell)
    Backup.note(made)
    db.session.commit()
    manifest = made.manifest
    if made.warning:
        click.echo(made.warning, err=True)
    outcome = {**_summary(manifest), "added": made.added, "mended": made.mended}
    said = f"Backup {manifest.name}: {_contents(manifest)}, {amount_of(made.added)} of it new."
    _answer(as_json, outcome | {"thinned": made.thinned, "warning": made.warning}, said)


@backup.command("list")
@TO
@AS_JSON
def list_backups(to: str, as_json: bool) -> None:
    """Name all backups, the oldest first."""
    with _told():
        found = list(_vault(to).newest_first())[::-1]
    lines = [f"{name}  {_contents(each) if each else 'damaged'}" for name, each in found]
    outcome = [_summary(each) if each else {"name": name, "damaged": True} for name, each in found]
    _answer(as_json, outcome, "\n".join(lines) or "There are no backups yet.")


@backup.command("check")
@click.argument("name", default="")
@TO
@AS_JSON
def check(name: str, to: str, as_json: bool) -> None:
    """Read all of a backup again, the newest if none is named, and compare it with what was written."""
    with _told(), Progress() as progress:
        vault = _vault(to)
        manifest = _chosen(vault, name)
        problems = checking.check(vault, manifest, progress.tell)
    if not problems:
        Backup.note_check(manifest.name)
        db.session.commit()
    said = f"Backup {manifest.name} is sound: {_contents(manifest)}."
    _answer(as_json, {**_summary(manifest), "problems": problems}, said, problems)


@click.command("restore")
@click.argument("name", default="")
@click.option(
    "--from", "place", default="", help="A folder, or s3://bucket/prefix; else FOYER_BACKUP_TO."
)
@click.option("--replace", is_flag=True, help="Let it take the place of the portal that is here.")
@AS_JSON
@with_appcontext
def restore(name: str, place: str, replace: bool, as_json: bool) -> None:
    """Bring a backup back, the newest if none is named. The portal must be stopped."""
    with _told(), Progress() as progress:
        vault = _vault(place)
        manifest = _chosen(vault, name)
        done = restoring.restore(vault, manifest, progress.tell, replace=replace)
    outcome = {**_summary(manifest), "problems": done.problems, "aside": str(done.aside or "")}
    said = f"Restored {manifest.name}: {_contents(manifest)}."
    if done.aside:
        said += f"\nThe database that was here lies in {done.aside}."
    said += (
        "\nWhat was done after that moment is undone, deletions and ended access too: see to it."
    )
    _answer(as_json, outcome, said, done.problems)


def _vault(address: str) -> Vault:
    settings: Settings = current_app.extensions["settings"]
    address = address or settings.backup_to
    if not address:
        raise BackupError("Say where backups are: FOYER_BACKUP_TO, or an option (see --help).")
    return Vault.at(address, settings)


def _chosen(vault: Vault, name: str) -> Manifest:
    names = vault.names()
    if not names:
        raise BackupError(f"There are no backups at {vault.address}.")
    return vault.manifest(name or names[-1])


def _summary(manifest: Manifest) -> dict[str, Any]:
    log = {"length": manifest.database.log_length, "head": manifest.database.log_head}
    what = {"name": manifest.name, "at": manifest.at.isoformat(), "url": manifest.url}
    return what | {"files": len(manifest.files), "size": manifest.size, "log": log}


def _contents(manifest: Manifest) -> str:
    return f"{len(manifest.files):,} files and the database, {amount_of(manifest.size)}"


def _answer(as_json: bool, outcome: Any, said: str, problems: list[str] | None = None) -> None:
    """Print the outcome; where there were problems, the command has failed."""
    if as_json:
        click.echo(json.dumps(outcome, ensure_ascii=False))
    else:
        click.echo("\n".join(problems) if problems else said)
    if problems:
        raise click.exceptions.Exit(1)


@contextmanager
def _told() -> Iterator[None]:
    """End with one line where it can't be done."""
    try:
        yield
    except BackupRunning as error:
        click.echo(str(error), err=True)
        sys.exit(BUSY)
    except BackupError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _noted(nightly: bool) -> Iterator[None]:
    """Write down what kept the backup of the night from being made; it is tried again."""
    try:
        yield
    except BackupRunning:
        raise
    except Exception as error:
        db.session.rollback()
        planned = Backup.planned()
        if nightly and planned:
            planned.put_off(str(error))
            db.session.commit()
        raise
