"""Vault: the place of the backups. Their files in a storage like any other, their manifests beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.core.backup.errors import BackupError, reaching
from app.core.backup.manifest import NAME, Kept, Manifest
from app.core.backup.shelf import FolderShelf
from app.core.storage import Storage
from app.core.storage.local import Folder
from app.core.storage.place import Place
from app.settings import Settings

ENDING = ".json.gz"
OBJECTS, BACKUPS = "files", "backups"


class Shelf(Protocol):
    """Small files by name, each written as a whole."""

    def write(self, name: str, content: bytes) -> None: ...

    def read(self, name: str) -> bytes: ...

    def names(self) -> list[str]: ...

    def delete(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Vault:
    """What is kept apart from the portal; `address` is how the owner wrote it."""

    address: str
    objects: Storage
    shelf: Shelf

    @classmethod
    def at(cls, address: str, settings: Settings) -> Vault:
        """The vault at a folder or at s3://bucket/prefix; the settings have the keys to the bucket."""
        if address.startswith("s3://"):
            return _in_bucket(address, settings)
        root = Path(address)
        if not root.is_absolute():
            raise BackupError(f"{address} must be a whole path, such as /mnt/backup, or s3://...")
        return cls(address, Folder(root / OBJECTS), FolderShelf(root / BACKUPS))

    def names(self) -> list[str]:
        """The names of all backups, the oldest first."""
        with reaching(self.address):
            found = (name.removesuffix(ENDING) for name in self.shelf.names())
            return sorted(name for name in found if NAME.fullmatch(name))

    def manifest(self, name: str) -> Manifest:
        """The manifest of a backup. Raises BackupError if there is none, or it is damaged."""
        if name not in self.names():
            raise BackupError(f"There is no backup {name} at {self.address}.")
        with reaching(self.address):
            packed = self.shelf.read(name + ENDING)
        return Manifest.unpacked(name, packed)

    def newest(self) -> Manifest | None:
        """The newest backup whose manifest can be read."""
        return next((manifest for _name, manifest in self.newest_first() if manifest), None)

    def newest_first(self) -> Iterator[tuple[str, Manifest | None]]:
        """All backups by name; None where the manifest is damaged."""
        for name in reversed(self.names()):
            try:
                yield name, self.manifest(name)
            except BackupError:
                yield name, None

    def add(self, manifest: Manifest) -> None:
        """Write a manifest, and see that it can be read: from now on this backup counts."""
        packed = manifest.packed()
        with reaching(self.address):
            self.shelf.write(manifest.name + ENDING, packed)
            if self.shelf.read(manifest.name + ENDING) != packed:
                self.shelf.delete(manifest.name + ENDING)
                raise BackupError(f"{self.address} does not keep what is written to it.")

    def remove(self, name: str) -> None:
        """Forget a backup; its files go with the next sweep, if no other backup needs them."""
        with reaching(self.address):
            self.shelf.delete(name + ENDING)

    def weigh(self, key: str) -> Kept:
        """Read everything that is stored under a key, for its size and hash."""
        return weigh(self.objects.read(key))


def weigh(pieces: Iterator[bytes]) -> Kept:
    """Size and hash of what comes."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return Kept(size, digest.hexdigest())


def _in_bucket(address: str, settings: Settings) -> Vault:
    # Imported here: whoever keeps backups in a folder need not load obstore.
    from app.core.backup.bucket_shelf import BucketShelf
    from app.core.storage.bucket import Bucket

    place = Place.of_backups(settings, address)
    objects, backups = (
        Bucket(replace(place, prefix=f"{place.prefix}/{each}".strip("/")))
        for each in (OBJECTS, BACKUPS)
    )
    return Vault(address, objects, BucketShelf(backups.store))
