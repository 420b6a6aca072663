"""Bytes in an S3-compatible bucket.

obstore keeps threads of its own from its first use on, and those don't survive a fork: a process that
forks workers must not use the storage before.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.core import clock
from app.core.storage.intake import (
    Intake,
    Readable,
    StorageError,
    StorageFull,
    Stored,
    checked,
)
from app.core.storage.place import Place
from app.core.storage.signing import Credentials, presigned

if TYPE_CHECKING:
    from obstore.store import S3Config

log = logging.getLogger(__name__)

PART = 5 * 1024 * 1024
PARTS_AT_ONCE = 3
PIECE = 2 * 1024 * 1024
MOST_COPIED = 5 * 1024**3  # S3 copies no larger object at once
FULL = re.compile(r"StorageFull|QuotaExceeded|InsufficientStorage|\b507\b")


class Bucket:
    """A home in a bucket."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = _open(place)

    def put(self, key: str, stream: Readable, *, limit: int | None = None) -> Stored:
        # Asked beforehand, since conditional writes don't exist for multipart uploads everywhere;
        # two writers with one random key don't happen.
        if self.exists(key):
            raise StorageError()
        intake, failures = Intake(stream, limit), list[Exception]()
        with _errors():
            obstore.put(
                self.store,
                key,
                _until_failure(intake, failures),
                chunk_size=PART,
                max_concurrency=PARTS_AT_ONCE,
            )
        if failures:
            self.delete(key)
            raise failures[0]
        return intake.stored(key)

    def adopt(self, key: str, draft: Path) -> Stored:
        with draft.open("rb") as file:
            return self.put(key, file)

    def duplicate(self, key: str, new: str) -> None:
        if self.exists(new):
            raise StorageError()
        if self.size(key) > MOST_COPIED:
            # By way of this machine: obstore can't read while it writes, its one runtime would wait for itself.
            with TemporaryFile() as here:
                for piece in self.read(key):
                    here.write(piece)
                here.seek(0)
                self.put(new, here)
        else:
            with _errors():
                obstore.copy(self.store, checked(key), checked(new))

    def open(self, key: str) -> BinaryIO:
        with _errors():
            reader = obstore.open_reader(self.store, checked(key), buffer_size=PIECE)
        return cast(BinaryIO, io.BufferedReader(_Raw(reader), PIECE))

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        # One request for each piece: a slow reader would make a single long request time out.
        size = self.size(key)
        end = size if end is None else min(end, size)
        for begin in range(start, end, PIECE):
            with _errors():
                piece = obstore.get_range(self.store, key, start=begin, end=min(begin + PIECE, end))
            yield bytes(piece)

    def size(self, key: str) -> int:
        with _errors():
            return obstore.head(self.store, checked(key))["size"]

    def exists(self, key: str) -> bool:
        try:
            with _errors():
                obstore.head(self.store, checked(key))
        except Missing:
            return False
        return True

    def delete(self, key: str) -> None:
        try:
            with _errors():
                obstore.delete(self.store, checked(key))
        except Missing:
            pass

    def local_path(self, key: str) -> Path | None:
        return None

    def signed_url(
        self, key: str, *, content_type: str, disposition: str, seconds: int
    ) -> str | None:
        place = self.place
        if not (place.is_public and place.key_id and place.secret):
            return None
        headers = {
            "response-cache-control": "private, no-cache",
            "response-content-disposition": disposition,
            "response-content-type": content_type,
        }
        return presigned(
            Credentials(place.key_id, place.secret, place.region),
            f"{place.address}/{checked(key)}",
            headers,
            seconds=seconds,
            at=clock.now(),
        )

    def keys(self, prefix: str = "", *, before: datetime | None = None) -> Iterator[str]:
        # S3 takes whole folders as a prefix; the rest is compared here.
        folder = prefix.rpartition("/")[0] or None
        with _errors():
            for page in obstore.list(self.store, folder, chunk_size=1000):
                for each in page:
                    is_old = before is None or each["last_modified"] < before
                    if each["path"].startswith(prefix) and is_old:
                        yield each["path"]

    def discard_remains(self, before: datetime) -> int:
        # A bucket shows only whole objects; its lifecycle rule ends uploads that were broken off.
        return 0


class Missing(StorageError):
    """There is no such object."""


class _Raw(io.RawIOBase):
    """obstore's reader as Python's own files, so that every library can read from it."""

    def __init__(self, reader: obstore.ReadableFile) -> None:
        self.reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with _errors():
            piece = self.reader.read(len(buffer))
        buffer[: len(piece)] = memoryview(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self.reader.seek(offset, whence)

    def tell(self) -> int:
        return self.reader.tell()


def _open(place: Place) -> S3Store:
    config: S3Config = {"region": place.region, "virtual_hosted_style_request": False}
    if place.endpoint:
        config["endpoint"] = place.endpoint
    if place.key_id:
        config |= {"access_key_id": place.key_id, "secret_access_key": place.secret}
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        config=config,
        client_options={"allow_http": place.endpoint.startswith("http://"), "timeout": "60s"},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
    )


def _until_failure(intake: Intake, failures: list[Exception]) -> Iterator[bytes]:
    """The pieces, ending early if reading fails; a raised error would leave parts in the bucket."""
    try:
        yield from intake
    except Exception as error:
        failures.append(error)


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Missing() from error
    except (BaseError, OSError) as error:
        log.warning("bucket: %s", type(error).__name__)
        raise (StorageFull() if FULL.search(str(error)) else StorageError()) from error
