"""Files into the vault: only those that are not there yet, each read back once it is written."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, TypeVar, cast

from app.core.backup.errors import BackupError, reaching
from app.core.backup.manifest import Kept
from app.core.backup.vault import Vault, weigh
from app.core.storage import Storage, StorageError

AT_ONCE = 4
BATCH = 200
SAMPLE = 50
MOST_READ = 2 * 1000**3
IN_MEMORY = 4 * 1024 * 1024
Result = TypeVar("Result")
Tell = Callable[[str, int, int, int], None]
"""Hears what is done, how many of how many are, and how many bytes that took."""


@dataclass
class Copying:
    """The files of one backup, as they come together; `known` are those of the one before."""

    source: Storage
    vault: Vault
    work: Path
    known: dict[str, Kept]
    tell: Tell
    files: dict[str, Kept] = field(default_factory=dict)
    added: int = 0
    mended: int = 0

    def mend_some(self) -> None:
        """Read some old files again, drawn by lot; what has become damaged is copied anew."""
        left = MOST_READ
        for key in random.sample(sorted(self.known), min(SAMPLE, len(self.known))):
            if left <= 0:
                return
            left -= self.known[key].size
            with reaching(self.vault.address):
                there = self.vault.objects.exists(key)
                if there and self.vault.weigh(key) != self.known[key]:
                    if self.source.exists(key):
                        self.vault.objects.delete(key)
                        self.mended += 1
                    del self.known[key]

    def copy_all(self) -> None:
        """Copy what the portal has and the vault has not."""
        with reaching("The storage of the portal"):
            listed = self.source.keys()
            wanted = [key for key in listed if key not in self.files]
        with reaching(self.vault.address):
            there = set(self.vault.objects.keys()) if wanted else set()
        missing = [key for key in wanted if key not in there or key not in self.known]
        self.files |= {key: self.known[key] for key in wanted if key in there and key in self.known}
        for number, (key, kept) in enumerate(in_parallel(self._copied, missing), 1):
            if kept:
                self.files[key] = kept
                self.added += kept.size
            self.tell("Copying files", number, len(missing), self.added)

    def _copied(self, key: str) -> Kept | None:
        """Copy one file; None if it was deleted for good meanwhile: then no copy of the database knows it."""
        with reaching(self.vault.address):
            try:
                return self._confirmed(key) or self._put(key)
            except StorageError:
                if self.source.exists(key):
                    raise
                return None

    def _confirmed(self, key: str) -> Kept | None:
        """What a backup that was broken off has left of a file, if that is as it should be."""
        if not self.vault.objects.exists(key):
            return None
        kept = weigh(self.source.read(key))
        if self.vault.weigh(key) == kept:
            return kept
        self.vault.objects.delete(key)
        return None

    def _put(self, key: str) -> Kept:
        """Store one file in the vault, and read it back. Raises BackupError if it is not what was written."""
        with pulled(self.source, key, self.work) as file:
            stored = self.vault.objects.put(key, file)
        kept = Kept(stored.size, stored.sha256)
        if self.vault.weigh(key) != kept:
            self.vault.objects.delete(key)
            raise BackupError(f"{self.vault.address} does not keep what is written to it.")
        return kept


@contextmanager
def pulled(source: Storage, key: str, work: Path) -> Iterator[BinaryIO]:
    """A file to read from; out of a bucket it comes to this machine first.

    obstore can't read from one bucket while it writes to another: its one runtime would wait for itself.
    """
    if source.local_path(key):
        with source.open(key) as file:
            yield file
        return
    with SpooledTemporaryFile(IN_MEMORY, dir=str(work)) as here:
        for piece in source.read(key):
            here.write(piece)
        here.seek(0)
        yield cast(BinaryIO, here)


def in_parallel(work: Callable[[str], Result], keys: Iterable[str]) -> Iterator[tuple[str, Result]]:
    """Do the same with many keys, a few at a time."""
    rest = iter(keys)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while some := list(islice(rest, BATCH)):
            yield from zip(some, pool.map(work, some), strict=True)
