"""What both homes share: keys, errors, and the stream that is measured while it is stored."""

from __future__ import annotations

import errno
import hashlib
import logging
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError

log = logging.getLogger(__name__)

CHUNK = 1024 * 1024
IN_STORAGE = {"in storage": True}
"""The `info` of every column that holds a key: bytes whose key stands in none of them are thrown away."""
KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{36}")


class StorageError(DomainError):
    """The bytes can't be stored or read at the moment."""

    status = 503
    sentence = _l("Files can't be reached at the moment. Please try again in a few minutes.")


class StorageFull(StorageError):
    """No space is left."""

    status = 507
    sentence = _l("There is no space left for new files. Please tell your contact person.")


class TooLarge(StorageError):
    """The stream holds more than it may."""

    status = 413
    sentence = _l("This file is too large.")


class Readable(Protocol):
    """A stream of bytes: an upload, an open file, a response."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored: under which key, how many bytes, and their SHA-256 in hex."""

    key: str
    size: int
    sha256: str


class Intake:
    """Reads a stream piece by piece, and knows the size and hash of what came by."""

    def __init__(self, stream: Readable, limit: int | None = None) -> None:
        self.stream = stream
        self.limit = limit
        self.size = 0
        self._hash = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        """The pieces. Raises TooLarge instead of the piece that passes the limit."""
        while piece := self.stream.read(CHUNK):
            self.size += len(piece)
            if self.limit is not None and self.size > self.limit:
                raise TooLarge()
            self._hash.update(piece)
            yield piece

    def stored(self, key: str) -> Stored:
        """What all pieces together are."""
        return Stored(key, self.size, self._hash.hexdigest())


def new_key() -> str:
    """A random key in two levels of folders. It says nothing about the file that it stands for."""
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name[2:4]}/{name[4:]}"


def checked(key: str) -> str:
    """This key, or ValueError if new_key() can't have made it."""
    if not KEY.fullmatch(key):
        raise ValueError("not a storage key")
    return key


def told(error: OSError) -> StorageError:
    """What an error of the file system means to people."""
    log.warning("storage: %s", error.strerror or type(error).__name__)
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return StorageFull() if full else StorageError()
