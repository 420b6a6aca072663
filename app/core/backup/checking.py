"""Whether a backup could be brought back: all that it needs is read again, as if it were."""

from __future__ import annotations

from app.core.backup import databases
from app.core.backup.copying import Tell, in_parallel
from app.core.backup.errors import BackupError, reaching
from app.core.backup.making import fetch
from app.core.backup.manifest import Kept, Manifest
from app.core.backup.turn import own_turn
from app.core.backup.vault import Vault
from app.core.storage import StorageError


def check(vault: Vault, manifest: Manifest, tell: Tell) -> list[str]:
    """A sentence for each thing that is wrong with a backup."""
    problems, size = [], 0
    with own_turn() as work:
        try:
            fetch(vault, manifest.database.key, manifest.database.kept, work / "fetched")
            if manifest.database.kind == databases.current().KIND:
                databases.current().check(work / "fetched")
        except BackupError as error:
            problems.append(str(error))
        found = in_parallel(lambda key: weighed(vault, key), manifest.files)
        for number, (key, kept) in enumerate(found, 1):
            size += kept.size if kept else 0
            tell("Reading files", number, len(manifest.files), size)
            if kept != manifest.files[key]:
                problems.append(f"The file {key} is {'damaged' if kept else 'missing'}.")
    return problems


def weighed(vault: Vault, key: str) -> Kept | None:
    """Size and hash of what is there; None if nothing is, or it can't be read."""
    with reaching(vault.address):
        if not vault.objects.exists(key):
            return None
        try:
            return vault.weigh(key)
        except StorageError:
            return None
