"""Files on their way in: begun, continued after every break, and in the end a version of a file."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, ForeignKey, Select, String, Text, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.naming import extension_of
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.place import folder_to_fill
from app.blueprints.files.uploads import Unfit, Upload, refusal, type_of, upload_limit
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core import clock
from app.core.errors import DomainError, NotAllowed, TooMany
from app.core.filenames import LONGEST
from app.core.filetypes import HEAD
from app.core.models import Instant, Model, add, one
from app.core.storage import IN_STORAGE, StorageFull, Stored, TooLarge, new_key, storage
from app.core.storage.draft import Draft, Gone
from app.extensions import db

PATIENCE = timedelta(days=7)
"""How long a transfer waits for its next piece."""
AT_ONCE = 200
RESERVE = 100_000_000  # bytes that stay free on the disk, for the database above all


class Broken(DomainError):
    """What arrived is not what was sent."""

    status = 460
    sentence = _l("This file was damaged on its way. Please choose it again.")


class Transfer(Model):
    """A file on its way into a project, as a new file or as a version of one: so much of it has arrived.

    `arrived` counts what is on disk for good; it reaches `size` only together with the version, or when
    the whole file came at once, and is set aside until its person has said what becomes of it.
    """

    __tablename__ = "transfers"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    project: Mapped[Project] = relationship(lazy="raise")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), index=True)
    folder_id: Mapped[int | None] = mapped_column(
        ForeignKey("folders.id", ondelete="SET NULL"), index=True
    )
    item_id: Mapped[int | None] = mapped_column(ForeignKey("requested_items.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST))
    note: Mapped[str] = mapped_column(String(500), default="")
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    told: Mapped[str] = mapped_column(Text, default="")
    key: Mapped[str] = mapped_column(String(60), unique=True, default=new_key, info=IN_STORAGE)
    copy_key: Mapped[str | None] = mapped_column(String(60), unique=True, info=IN_STORAGE)
    copy_sha256: Mapped[str | None] = mapped_column(String(64))
    arrived: Mapped[int] = mapped_column(BigInteger, default=0)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"), index=True)
    version: Mapped[Version | None] = relationship(lazy="raise")

    @classmethod
    def of(cls, user: User) -> Select[Self]:
        """The transfers that exist for a person: their own."""
        return select(cls).where(cls.by_id == user.id)

    @classmethod
    def done(cls, user: User, ids: Sequence[str]) -> Select[Self]:
        """Those of a person's transfers that have become versions, the oldest first."""
        mine = cls.of(user).where(cls.public_id.in_(ids), cls.version_id.is_not(None))
        return mine.order_by(cls.id)

    @classmethod
    def undecided(cls, user: User, project: Project, now: Any) -> Select[Self]:
        """What a person has brought into a project and not said yet what becomes of it; at most AT_ONCE."""
        whole = (cls.arrived == cls.size, cls.version_id.is_(None), cls.expires_at > now)
        return cls.of(user).where(cls.project_id == project.id, *whole).order_by(cls.id)

    @classmethod
    def begin(
        cls,
        project: Project,
        by: User,
        name: str,
        size: int,
        *,
        file: File | None = None,
        folder: Folder | None = None,
        item: RequestedItem | None = None,
        **more: str,
    ) -> Self:
        """Make room for a file. Raises what speaks against it before a byte is sent."""
        _must_fit(name, size)
        _must_not_be_too_many(by)
        transfer = cls(project=project, by_id=by.id, name=name, size=size, **more)
        transfer.file_id = file.id if file else None
        transfer.folder_id = folder.id if folder else None
        transfer.item_id = item.id if item else None
        transfer.expires_at = clock.now() + PATIENCE
        transfer.must_be_welcome(file, by)
        add(transfer)
        transfer.draft.begin()
        return transfer

    @classmethod
    def set_aside(cls, upload: Upload, file: File, folder: Folder | None, by: User) -> Self:
        """Keep a whole upload that may be a newer version of `file`, until its person has said so or not."""
        _must_not_be_too_many(by)
        stored = upload.stored
        transfer = cls(project=file.project, by_id=by.id, name=upload.name, size=stored.size)
        transfer.key, transfer.sha256, transfer.arrived = stored.key, stored.sha256, stored.size
        if upload.copy:
            transfer.copy_key, transfer.copy_sha256 = upload.copy.key, upload.copy.sha256
        transfer.file_id, transfer.folder_id = file.id, folder.id if folder else None
        transfer.expires_at = clock.now() + PATIENCE
        add(transfer)
        return transfer

    @property
    def draft(self) -> Draft:
        """Where its pieces lie."""
        return Draft(drafts() / self.public_id)

    @property
    def kind(self) -> str:
        """The extension of the name, for a tile: `pdf`."""
        return extension_of(self.name)

    @property
    def is_done(self) -> bool:
        return self.version_id is not None

    @property
    def offset(self) -> int:
        """Where to go on: what is on disk for good."""
        return self.arrived if self.is_done else min(self.arrived, self.draft.size)

    def must_be_alive(self) -> None:
        """Raise Gone if it has waited for too long."""
        if not self.is_done and self.expires_at <= clock.now():
            raise Gone

    def must_be_welcome(self, file: File | None, by: User) -> None:
        """Raise what speaks against it where the project or the file takes nothing from this person."""
        if self.project.is_finished:
            raise NotAllowed(
                _l("This project is finished. What is in it can be read, but not changed.")
            )
        if file is not None:
            file.must_take(by)

    @classmethod
    def note_arrival(cls, number: int, arrived: int) -> None:
        """Keep how far a transfer has come, at once."""
        values = {"arrived": arrived, "expires_at": clock.now() + PATIENCE}
        db.session.execute(update(cls).where(cls.id == number).values(values))
        db.session.commit()

    def found_type(self) -> str:
        """What has arrived, by its first bytes. Raises Unfit if the owner wants no such files."""
        with self.draft.path.open("rb") as file:
            return type_of(file.read(HEAD), self.name)

    def stored(self, content_type: str) -> Upload:
        """Bring what has arrived, all of it, home. Raises Broken if it is not what was announced."""
        # An earlier try may have been killed before it became a version.
        storage().delete(self.key)
        stored = storage().adopt(self.key, self.draft.path)
        if stored.size != self.size or self.sha256 not in ("", stored.sha256):
            storage().delete(self.key)
            raise Broken
        with self.draft.path.open("rb") as source:
            return Upload(self.name, content_type, stored).with_copy(source)

    def taken_up(self) -> Upload:
        """The whole upload that was set aside."""
        head = b"".join(storage().read(self.key, 0, HEAD))
        stored = Stored(self.key, self.size, self.sha256)
        copy = None
        if self.copy_key and self.copy_sha256:
            copy = Stored(self.copy_key, self.size, self.copy_sha256)
        return Upload(self.name, type_of(head, self.name), stored, copy)

    def settle(self, upload: Upload, file: File | None, by: User) -> Version:
        """Make it a version, of `file` or of a new one."""
        self.must_be_welcome(file, by)
        if file:
            version = file.add_version(upload, by, self.note)
        else:
            version = File.add(self.project, upload, by, self._folder(by))
        self.version_id, self.arrived = version.id, self.size
        return version

    def forget(self) -> None:
        """Delete it with all that has arrived; a version that it has become stays."""
        self.draft.remove()
        if one(select(Version.id).where(Version.key == self.key)) is None:
            for key in filter(None, (self.key, self.copy_key)):
                storage().delete(key)
        db.session.delete(self)

    def _folder(self, by: User) -> Folder | None:
        if self.item_id:
            return folder_to_fill(db.session.get_one(RequestedItem, self.item_id).request, by)
        return db.session.get(Folder, self.folder_id) if self.folder_id else None


def drafts() -> Path:
    """Where all pieces lie."""
    return Path(current_app.extensions["settings"].instance) / "uploads"


def must_leave_room(size: int = 0) -> None:
    """Raise StorageFull if the disk, with so many bytes more on it, has too little left for all the rest."""
    place = drafts() if drafts().is_dir() else drafts().parent
    if shutil.disk_usage(place).free < size + RESERVE:
        raise StorageFull


def _must_fit(name: str, size: int) -> None:
    if problem := refusal(name, size):
        raise TooLarge(problem) if size > upload_limit() else Unfit(problem)
    must_leave_room(size)


def _must_not_be_too_many(by: User) -> None:
    waiting = Transfer.of(by).where(Transfer.version_id.is_(None)).subquery()
    if (db.session.scalar(select(func.count()).select_from(waiting)) or 0) >= AT_ONCE:
        raise TooMany(
            _l("Too many uploads have been begun. Please finish or cancel some of them first.")
        )
