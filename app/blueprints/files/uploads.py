"""What browsers upload by a form, on its way into the storage: bytes first, rows after, never one without the other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, BinaryIO, ClassVar, Self, cast

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.blueprints.files.keys import known
from app.blueprints.files.kinds import unwanted
from app.blueprints.files.versions import Version
from app.core.amounts import size
from app.core.errors import DomainError
from app.core.filenames import content_type_of, safe_name
from app.core.filetypes import HEAD
from app.core.positions import Without, positions_in
from app.core.storage import Stored, new_key, storage
from app.extensions import db


class Unfit(DomainError):
    """A file that can't be taken as it is."""

    status = 422


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that are stored, under the name that they came with and as what they are."""

    name: str
    content_type: str
    stored: Stored
    copy: Stored | None = None
    """What others get, where the bytes tell where they were made: the same without that."""
    is_link: ClassVar[bool] = False

    @property
    def kept(self) -> dict[str, Any]:
        """What its version keeps of it."""
        copy = {"copy_key": self.copy.key, "copy_sha256": self.copy.sha256} if self.copy else {}
        return {"content_type": self.content_type, **asdict(self.stored), **copy}

    @property
    def keys(self) -> set[str]:
        """Under which keys there are bytes of it."""
        return {each.key for each in (self.stored, self.copy) if each}

    @classmethod
    def store(cls, part: FileStorage, content_type: str) -> Self:
        """Store a part of a form, in constant memory. Raises what the storage raises."""
        stored = storage().put(new_key(), part.stream, limit=upload_limit())
        upload = cls(safe_name(part.filename or ""), content_type, stored)
        return upload.with_copy(cast(BinaryIO, part.stream))

    def with_copy(self, source: BinaryIO) -> Self:
        """Have a copy for others beside it, if there must be one. If that fails, nothing stays stored."""
        with all_or_none([self]):
            spots = positions_in(source)
            copy = storage().put(new_key(), Without(source, spots)) if spots else None
        return replace(self, copy=copy)


@contextmanager
def received(parts: Iterable[FileStorage]) -> Iterator[list[Upload]]:
    """Store all parts. Whatever fails until the end of the block, its commit included, takes the bytes away.

    The transaction ends first: nothing is locked while bytes are on their way. What was read must be read again.
    """
    typed = [(part, type_of_part(part)) for part in parts]
    db.session.commit()
    uploads: list[Upload] = []
    with all_or_none(uploads):
        for part, content_type in typed:
            uploads.append(Upload.store(part, content_type))
        yield uploads


@contextmanager
def duplicated(version: Version) -> Iterator[Upload]:
    """The bytes of a version once more, as if they had been uploaded; as with `received`, all or nothing."""
    pairs = [(each, replace(each, key=new_key())) for each in version.all_stored]
    upload = Upload(version.name, version.content_type, *(new for _old, new in pairs))
    db.session.commit()
    with all_or_none([upload]):
        for old, new in pairs:
            storage().duplicate(old.key, new.key)
        yield upload


@contextmanager
def all_or_none(uploads: Sequence[Upload]) -> Iterator[None]:
    """Take the bytes of these uploads away again if the block fails."""
    try:
        yield
    except BaseException:
        _forget(uploads)
        raise


def type_of_part(part: FileStorage) -> str:
    """What a part of a form is. Raises Unfit if the owner wants no such files."""
    head = part.stream.read(HEAD)
    part.stream.seek(0)
    return type_of(head, safe_name(part.filename or ""))


def type_of(head: bytes, name: str) -> str:
    """What a file is that begins like this. Raises Unfit if the owner wants no such files."""
    content_type = content_type_of(head, name)[:120]
    if problem := unwanted(name, content_type):
        raise Unfit(problem)
    return content_type


def refusal(name: str, length: int) -> str:
    """Why a file of this name and length can't be taken; empty if it can."""
    if problem := unwanted(name):
        return problem
    if length == 0:
        return str(_("“%(name)s” is empty. Please check the file and choose it again.", name=name))
    if length > upload_limit():
        sentence = _(
            "“%(name)s” is too large: %(size)s. A file can have up to %(limit)s.",
            name=name,
            size=size(length),
            limit=size(upload_limit()),
        )
        return str(sentence)
    return ""


def upload_limit() -> int:
    """How many bytes one file may have."""
    return int(current_app.extensions["settings"].upload_limit_mb) * 1_000_000


def size_of(part: FileStorage) -> int:
    """How many bytes a part of a form has."""
    length = part.stream.seek(0, os.SEEK_END)
    part.stream.seek(0)
    return length


def _forget(uploads: Iterable[Upload]) -> None:
    """Delete the bytes that no row knows: a commit can fail on its way back, too."""
    db.session.rollback()
    keys = {key for upload in uploads for key in upload.keys}
    for key in keys - known(keys):
        storage().delete(key)
