"""What keeps a backup from being made, checked or brought back, in words for whoever runs the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.core.storage import StorageError, StorageFull


class BackupError(Exception):
    """It can't be done; the message says why, and what to do."""


class BackupRunning(BackupError):
    """Another one is at it."""


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Say which place could not be read or written in this block, and what it answered."""
    try:
        yield
    except StorageError as error:
        full = "There is no space left. " if isinstance(error, StorageFull) else ""
        raise BackupError(f"{what} can't be used. {full}{_reason(error)}".strip()) from error
    except OSError as error:
        raise BackupError(f"{what} can't be used. {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    cause = error.__cause__ or error
    if isinstance(cause, OSError) and cause.strerror:
        name = f": {cause.filename}" if cause.filename else ""
        return f"{cause.strerror}{name}."
    said = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return said[0][:300] if said else type(cause).__name__
