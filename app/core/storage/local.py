"""Bytes in a local folder: one file for each key."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from app.core.storage.intake import CHUNK, KEY, Intake, Readable, Stored, checked, told

INCOMING = ".incoming"
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS)  # some network folders know no hard links
MUST_COPY = (*NO_LINKS, errno.EXDEV, errno.EMLINK)


class Folder:
    """A home in the file system."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, stream: Readable, *, limit: int | None = None) -> Stored:
        target = self._path(key)
        intake = Intake(stream, limit)
        with _errors():
            make_folder(self.root / INCOMING)
            draft = self.root / INCOMING / secrets.token_hex(16)
            try:
                _write(draft, intake)
                make_folder(target.parent)
                _publish(draft, target)
            finally:
                draft.unlink(missing_ok=True)
        return intake.stored(key)

    def adopt(self, key: str, draft: Path) -> Stored:
        with _errors(), draft.open("rb") as file:
            intake = Intake(file)
            for _piece in intake:
                pass  # Read for its size and hash alone.
            make_folder(self._path(key).parent)
            try:
                os.link(draft, self._path(key))
            except OSError as error:
                if error.errno not in MUST_COPY:
                    raise
                file.seek(0)
                return self.put(key, file)
            sync_folder(self._path(key).parent)
        return intake.stored(key)

    def duplicate(self, key: str, new: str) -> None:
        with _errors():
            make_folder(self._path(new).parent)
            try:
                os.link(self._path(key), self._path(new))
            except OSError as error:
                if error.errno not in MUST_COPY:
                    raise
                with self.open(key) as file:
                    self.put(new, file)
            sync_folder(self._path(new).parent)

    def open(self, key: str) -> BinaryIO:
        with _errors():
            return self._path(key).open("rb")

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        with self.open(key) as file:
            file.seek(start)
            left = None if end is None else end - start
            while left is None or left > 0:
                piece = file.read(CHUNK if left is None else min(CHUNK, left))
                if not piece:
                    break
                left = None if left is None else left - len(piece)
                yield piece

    def size(self, key: str) -> int:
        with _errors():
            return self._path(key).stat().st_size

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        with _errors():
            self._path(key).unlink(missing_ok=True)

    def local_path(self, key: str) -> Path | None:
        return self._path(key)

    def signed_url(
        self, key: str, *, content_type: str, disposition: str, seconds: int
    ) -> str | None:
        return None

    def keys(self, prefix: str = "", *, before: datetime | None = None) -> Iterator[str]:
        for path in sorted(self.root.glob("??/??/*")):
            key = path.relative_to(self.root).as_posix()
            is_old = before is None or _changed(path) < before.timestamp()
            if KEY.fullmatch(key) and key.startswith(prefix) and is_old:
                yield key

    def discard_remains(self, before: datetime) -> int:
        count = 0
        with _errors():
            for draft in (self.root / INCOMING).glob("*"):
                if _changed(draft) < before.timestamp():
                    draft.unlink(missing_ok=True)
                    count += 1
        return count

    def _path(self, key: str) -> Path:
        return self.root / checked(key)


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise told(error) from error


def _changed(draft: Path) -> float:
    """When it was written, or given a further name: bytes under a new key are new, however old they are."""
    try:
        return draft.stat().st_ctime
    except FileNotFoundError:  # it was published just now
        return float("inf")


def _write(path: Path, intake: Intake) -> None:
    # Readable by the group, so that nginx can hand files out (FOYER_ACCEL_PREFIX).
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        for piece in intake:
            rest = memoryview(piece)
            while rest:
                rest = rest[file.write(rest) :]
        os.fsync(descriptor)


def _publish(draft: Path, target: Path) -> None:
    """Give the file its name, unless the name is taken: a rename would replace what is there."""
    try:
        os.link(draft, target)
    except OSError as error:
        if error.errno not in NO_LINKS or target.exists():
            raise
        draft.rename(target)
    sync_folder(target.parent)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, each on disk before something is put into it."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
