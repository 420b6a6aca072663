"""Where bytes live: a local folder, or an S3 bucket when FOYER_STORAGE_URL names one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from flask import Flask, current_app

from app.core.storage.intake import (
    IN_STORAGE,
    Readable,
    StorageError,
    StorageFull,
    Stored,
    TooLarge,
    new_key,
)
from app.core.storage.local import Folder
from app.settings import Settings

__all__ = [
    "IN_STORAGE",
    "Readable",
    "Storage",
    "StorageError",
    "StorageFull",
    "Stored",
    "TooLarge",
    "init_app",
    "new_key",
    "storage",
]


class Storage(Protocol):
    """What both homes can do. What is stored under a key never changes."""

    def put(self, key: str, stream: Readable, *, limit: int | None = None) -> Stored:
        """Store what `stream` still holds under a new key, in constant memory.

        Returns only when it would survive a power cut. Raises TooLarge, StorageFull or StorageError,
        or what the stream raises, and then nothing is stored.
        """

    def adopt(self, key: str, draft: Path) -> Stored:
        """Store a file that lies beside the home already, whole and synced; a folder writes no byte twice.

        The draft stays where it is until its owner removes it; it must not be written to any more.
        """

    def duplicate(self, key: str, new: str) -> None:
        """Store the same bytes under a new key as well; each of the two outlives the other's deletion.

        A folder writes none of them again, and a bucket copies them by itself.
        """

    def open(self, key: str) -> BinaryIO:
        """A file to read and seek in, from the start."""

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`, in pieces."""

    def size(self, key: str) -> int:
        """How many bytes are stored. Raises StorageError if there is no such key."""

    def exists(self, key: str) -> bool:
        """Whether something is stored under this key."""

    def delete(self, key: str) -> None:
        """Forget the bytes for good; fine if they are gone already."""

    def local_path(self, key: str) -> Path | None:
        """Where the file is in the file system, if it is in one. Only to be read."""

    def signed_url(
        self, key: str, *, content_type: str, disposition: str, seconds: int
    ) -> str | None:
        """An address where a browser gets the bytes with these headers, if this home can give one."""

    def keys(self, prefix: str = "", *, before: datetime | None = None) -> Iterator[str]:
        """Every key that begins with `prefix`, or only those stored before an instant."""

    def discard_remains(self, before: datetime) -> int:
        """Remove what killed processes left half-written before this instant; returns how many."""


def init_app(app: Flask) -> None:
    """Open the home that the settings name."""
    app.extensions["storage"] = _home(app.extensions["settings"])


def storage() -> Storage:
    """The current application's storage."""
    return cast(Storage, current_app.extensions["storage"])


def _home(settings: Settings) -> Storage:
    if not settings.storage_url:
        return Folder(settings.instance / "files")
    # Imported here: installations that keep files in a folder need not load obstore.
    from app.core.storage.bucket import Bucket
    from app.core.storage.place import Place

    return Bucket(Place.of(settings))
