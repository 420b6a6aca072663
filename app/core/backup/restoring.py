"""Bringing a backup back: first all files, then the database, so that it never knows a file that is not there yet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.backup import databases
from app.core.backup.copying import Tell, in_parallel, pulled
from app.core.backup.end import End
from app.core.backup.errors import BackupError, reaching
from app.core.backup.making import fetch
from app.core.backup.manifest import Kept, Manifest, name_of
from app.core.backup.turn import own_turn
from app.core.backup.vault import Vault, weigh
from app.core.storage import Storage, storage
from app.extensions import db
from app.settings import ROOT, Settings

MIGRATIONS = ROOT / "migrations"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, what did not, and where the database lies that was there before."""

    manifest: Manifest
    problems: list[str]
    aside: Path | None


def restore(vault: Vault, manifest: Manifest, tell: Tell, *, replace: bool = False) -> Restored:
    """Bring a backup back. Raises BackupError, before anything is changed, if it does not belong here.

    Files that are missing from the backup, or damaged in it, are named and don't keep the rest from coming.
    """
    _must_fit(manifest)
    with own_turn() as work:
        databases.current().must_be_at_rest()
        is_there = _is_a_portal_here()
        if not replace:
            _must_be_empty(manifest, is_there)
        fetch(vault, manifest.database.key, manifest.database.kept, work / "fetched")
        databases.current().check(work / "fetched")
        problems = _bring_files(vault, manifest, work, tell)
        tell("Bringing back the database", 0, 1, 0)
        aside = f"before-{name_of(clock.now())}" if is_there else ""
        kept = databases.current().load(work / "fetched", aside)
        _must_be_as_it_was(manifest)
        _keep_secret_key(manifest)
    upgrade(directory=str(MIGRATIONS))
    return Restored(manifest, problems, kept)


def _must_fit(manifest: Manifest) -> None:
    kind = databases.current().KIND
    if manifest.database.kind != kind:
        advice = {
            "postgresql": "Set FOYER_DATABASE_URL to an empty PostgreSQL database.",
            "sqlite": "Leave FOYER_DATABASE_URL out.",
        }
        raise BackupError(
            f"This backup is of a {manifest.database.kind} database, and this portal has {kind}. "
            + advice.get(manifest.database.kind, "")
        )
    try:
        ScriptDirectory(str(MIGRATIONS)).get_revision(manifest.database.revision)
    except CommandError as error:
        raise BackupError("This backup is from a newer Foyer. Update this one first.") from error


def _is_a_portal_here() -> bool:
    try:
        return bool(databases.portal())
    except DBAPIError:
        return True  # Damaged, it seems: all the more it is not thrown away.


def _must_be_empty(manifest: Manifest, is_there: bool) -> None:
    """Bytes of this very backup are fine: a restore that was broken off goes on."""
    with reaching("The storage of the portal"):
        listed = storage().keys()
        strange = next((key for key in listed if key not in manifest.files), None)
    if strange or is_there:
        raise BackupError(
            "There is a portal here already. With --replace the backup takes its place; the database that"
            " is here is then kept beside it."
        )


def _bring_files(vault: Vault, manifest: Manifest, work: Path, tell: Tell) -> list[str]:
    problems, size = [], 0
    bring = partial(_brought, vault, storage(), work, manifest.files)
    found = in_parallel(bring, manifest.files)
    for number, (key, problem) in enumerate(found, 1):
        size += manifest.files[key].size
        if problem:
            problems.append(problem)
        tell("Bringing back files", number, len(manifest.files), size)
    return problems


def _brought(vault: Vault, home: Storage, work: Path, files: dict[str, Kept], key: str) -> str:
    """Bring one file back, unless it is there; a sentence if the backup has not got it as it was."""
    kept = files[key]
    with reaching(vault.address):
        if not vault.objects.exists(key):
            return f"The file {key} is missing from the backup."
    with reaching("The storage of the portal"):
        if home.exists(key):
            if weigh(home.read(key)) == kept:
                return ""
            home.delete(key)
    with reaching(vault.address), pulled(vault.objects, key, work) as file:
        stored = home.put(key, file)
    if (stored.size, stored.sha256) == (kept.size, kept.sha256):
        return ""
    home.delete(key)
    return f"The file {key} is damaged in the backup."


def _must_be_as_it_was(manifest: Manifest) -> None:
    with db.engine.connect() as connection:
        end = End.read(lambda query: connection.execute(text(query)).first())
    wanted = manifest.database
    if (end.log_length, end.log_head) != (wanted.log_length, wanted.log_head):
        raise BackupError("The log of the restored database does not end as it did in the backup.")


def _keep_secret_key(manifest: Manifest) -> None:
    settings: Settings = current_app.extensions["settings"]
    if not manifest.secret_key or settings.secret_key:
        return
    draft = settings.instance / f"secret_key.{secrets.token_hex(4)}"
    draft.touch(0o600)
    draft.write_text(manifest.secret_key)
    draft.replace(settings.instance / "secret_key")
