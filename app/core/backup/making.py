"""Making a backup: files first, then the database, then the files that came meanwhile, and its manifest last.

So every file that the copied database knows is there, whatever is uploaded or deleted for good meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import current_app

from app.core import clock
from app.core.backup import databases
from app.core.backup.copying import Copying, Tell
from app.core.backup.errors import BackupError, reaching
from app.core.backup.manifest import Dump, Kept, Manifest, name_of
from app.core.backup.thinning import thin
from app.core.backup.turn import alone_at_the_database, own_turn
from app.core.backup.vault import Vault, weigh
from app.core.storage import new_key, storage
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, what was new in it, and which old ones had to go."""

    manifest: Manifest
    added: int
    mended: int
    thinned: list[str]
    warning: str = ""


def make(vault: Vault, tell: Tell) -> Made:
    """Make a backup, check it, and thin the old ones. Raises BackupError, and then all older ones are whole."""
    with own_turn() as work, alone_at_the_database():
        before = vault.newest()
        _must_be_the_same_portal(vault, before)
        known = dict(before.files) if before else {}
        copying = Copying(storage(), vault, work, known, tell)
        copying.mend_some()
        copying.copy_all()
        tell("Copying the database", 0, 1, copying.added)
        dump, portal = _database(vault, work)
        copying.copy_all()
        manifest = _manifest(vault, dump, portal, copying.files)
        vault.add(manifest)
        thinned, warning = _thinned(vault)
        return Made(manifest, copying.added + dump.kept.size, copying.mended, thinned, warning)


def _thinned(vault: Vault) -> tuple[list[str], str]:
    """What had to go; where that does not work, the new backup is none the worse for it."""
    try:
        return thin(vault), ""
    except BackupError as error:
        return [], f"Old backups were not thinned. {error}"


def _must_be_the_same_portal(vault: Vault, before: Manifest | None) -> None:
    portal = databases.portal()
    if not portal:
        raise BackupError("There is nothing to back up: the portal is not set up yet.")
    if before and before.portal != portal:
        raise BackupError(
            f"{vault.address} holds the backups of another portal ({before.url})."
            " Give this one a place of its own."
        )


def _database(vault: Vault, work: Path) -> tuple[Dump, str]:
    """Copy the database into the vault, fetch the copy back, and open it."""
    database, key = databases.current(), new_key()
    end = database.dump(work / "dump")
    with reaching(vault.address):
        with (work / "dump").open("rb") as file:
            stored = vault.objects.put(key, file)
        kept = Kept(stored.size, stored.sha256)
        fetch(vault, key, kept, work / "fetched")
    database.check(work / "fetched")
    dump = Dump(key, kept, database.KIND, end.revision, end.log_length, end.log_head)
    return dump, end.portal


def fetch(vault: Vault, key: str, kept: Kept, path: Path) -> None:
    """Bring a copy of the database here. Raises BackupError if it is not what was stored."""

    def pieces() -> Iterator[bytes]:
        with path.open("wb") as file:
            for piece in vault.objects.read(key):
                file.write(piece)
                yield piece

    with reaching(vault.address):
        if weigh(pieces()) != kept:
            raise BackupError("The copy of the database is not what was written: it is damaged.")


def _manifest(vault: Vault, dump: Dump, portal: str, files: dict[str, Kept]) -> Manifest:
    settings: Settings = current_app.extensions["settings"]
    moment, names = clock.now(), vault.names()
    while name_of(moment) in names:
        moment += timedelta(seconds=1)
    secret_key = "" if settings.secret_key else settings.kept_secret_key()
    return Manifest(name_of(moment), portal, settings.url, dump, files, secret_key)
