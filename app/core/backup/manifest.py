"""Manifest: what one backup consists of. It is written last, so that a backup is whole or not there."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from app.core.backup.errors import BackupError

FORMAT = 1
NAME = re.compile(r"\d{4}-\d\d-\d\d-\d{6}")
MOMENT = "%Y-%m-%d-%H%M%S"
DAMAGED = (OSError, EOFError, zlib.error, ValueError, TypeError, LookupError, AttributeError)
"""What comes of reading bytes that are not as they were written."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes in the place of the backups: how many, and their SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Dump:
    """The copy of the database: under which key, of which kind, and where its log ended."""

    key: str
    kept: Kept
    kind: str
    revision: str
    log_length: int
    log_head: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup, named after the moment in UTC at which it was begun."""

    name: str
    portal: str
    url: str
    database: Dump
    files: dict[str, Kept]
    secret_key: str = field(repr=False, default="")

    @property
    def at(self) -> datetime:
        return moment_of(self.name)

    @property
    def size(self) -> int:
        """How many bytes it takes to bring it back."""
        return self.database.kept.size + sum(kept.size for kept in self.files.values())

    def keys(self) -> Iterator[str]:
        """Everything that it needs."""
        yield self.database.key
        yield from self.files

    def packed(self) -> bytes:
        content = asdict(self) | {"format": FORMAT}
        content["files"] = {key: [kept.size, kept.sha256] for key, kept in self.files.items()}
        return gzip.compress(json.dumps(content, separators=(",", ":")).encode(), 6, mtime=0)

    @classmethod
    def unpacked(cls, name: str, packed: bytes) -> Self:
        """Read a manifest. Raises BackupError if it is damaged, or from a newer Foyer."""
        try:
            content: dict[str, Any] = json.loads(gzip.decompress(packed))
            form = content.pop("format")
            if form != FORMAT:
                raise BackupError(f"The backup {name} is from a newer Foyer. Update first.")
            database = content.pop("database")
            database["kept"] = Kept(**database["kept"])
            files = {key: Kept(*kept) for key, kept in content.pop("files").items()}
            return cls(database=Dump(**database), files=files, **content)
        except DAMAGED as error:
            raise BackupError(f"The list of the backup {name} is damaged.") from error


def moment_of(name: str) -> datetime:
    """When the backup of this name was begun."""
    return datetime.strptime(name, MOMENT).replace(tzinfo=UTC)


def name_of(moment: datetime) -> str:
    """The name of a backup that is begun at this moment."""
    return moment.astimezone(UTC).strftime(MOMENT)
