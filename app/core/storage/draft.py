"""A file that arrives in pieces, over hours and restarts, before it goes to its home."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.core.storage.intake import told
from app.core.storage.local import make_folder, sync_folder


class Held(DomainError):
    """Somebody else writes to it at this moment."""

    status = 423
    sentence = _l("This upload is under way already. Please wait a moment.")


class Gone(DomainError):
    """Nothing is there any more that could be continued."""

    status = 410
    sentence = _l("This upload has run out. Please choose the file again.")


@dataclass(frozen=True, slots=True)
class Pen:
    """The one who may write to a draft now."""

    descriptor: int

    def cut_to(self, size: int) -> None:
        """Forget all that lies behind, and go on from there."""
        with _errors():
            os.ftruncate(self.descriptor, size)
            os.lseek(self.descriptor, size, os.SEEK_SET)

    def write(self, piece: bytes) -> None:
        rest = memoryview(piece)
        with _errors():
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]

    def sync(self) -> None:
        """Return only when what was written would survive a power cut."""
        with _errors():
            os.fsync(self.descriptor)


@dataclass(frozen=True, slots=True)
class Draft:
    """A place for the pieces."""

    path: Path

    def begin(self) -> None:
        """Make the empty file, on disk before anybody is told of it."""
        with _errors():
            make_folder(self.path.parent)
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640))
            sync_folder(self.path.parent)

    @contextmanager
    def held(self) -> Iterator[Pen]:
        """Write alone: no other process may. Raises Held if one does, Gone if there is no draft."""
        try:
            descriptor = os.open(self.path, os.O_RDWR)
        except FileNotFoundError:
            raise Gone from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Pen(descriptor)
        except BlockingIOError:
            raise Held from None
        finally:
            os.close(descriptor)

    @property
    def size(self) -> int:
        """How many bytes there are; not all of them need be on disk."""
        return self.path.stat().st_size if self.path.exists() else 0

    def empty(self) -> None:
        """Forget the bytes, but not the place. They may live on elsewhere, so they are not overwritten."""
        fresh = self.path.with_name(f"{self.path.name}.new")
        with _errors():
            os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640))
            fresh.replace(self.path)

    def remove(self) -> None:
        """Forget all of it; fine if it is gone already."""
        with _errors():
            self.path.unlink(missing_ok=True)


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise told(error) from error
