"""Where manifests lie: in a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.core.storage import StorageError


class BucketShelf:
    """Small objects in a bucket."""

    def __init__(self, store: S3Store) -> None:
        self.store = store

    def write(self, name: str, content: bytes) -> None:
        with _errors():
            obstore.put(self.store, name, content)

    def read(self, name: str) -> bytes:
        with _errors():
            return bytes(obstore.get(self.store, name).bytes())

    def names(self) -> list[str]:
        with _errors():
            return [each["path"] for page in obstore.list(self.store) for each in page]

    def delete(self, name: str) -> None:
        with _errors():
            obstore.delete(self.store, name)


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        raise StorageError() from error
