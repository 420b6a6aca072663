"""Versions of files. What is stored under a version never changes."""

from __future__ import annotations

from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.login import viewer_of
from app.blueprints.accounts.models import User
from app.blueprints.files import hooks
from app.blueprints.files.models import File
from app.blueprints.files.naming import extension_of
from app.blueprints.files.previews import Preview
from app.core.filenames import LONGEST
from app.core.filetypes import MARKDOWN
from app.core.models import Model
from app.core.storage import IN_STORAGE, Stored
from app.core.web import LONGEST_ADDRESS, host_of

LONGEST_TEXT = 100_000  # bytes that can be edited in a form


class Version(Model):
    """What a file was at one time: exactly these bytes or, of a link, exactly this address."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("file_id", "number"),
        CheckConstraint("(key IS NULL) <> (url IS NULL)", name="bytes_or_address"),
    )

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    file: Mapped[File] = relationship(lazy="raise", foreign_keys=file_id)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(LONGEST))
    note: Mapped[str] = mapped_column(String(500), default="")
    restored_from: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[User] = relationship(lazy="raise")
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    content_type: Mapped[str] = mapped_column(String(120))
    key: Mapped[str | None] = mapped_column(String(60), unique=True, info=IN_STORAGE)
    copy_key: Mapped[str | None] = mapped_column(String(60), unique=True, info=IN_STORAGE)
    copy_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the copy that others get: the same bytes, but not where the photo or film was made."""
    url: Mapped[str | None] = mapped_column(String(LONGEST_ADDRESS))
    preview: Mapped[Preview | None] = relationship(
        primaryjoin="and_(Version.id == foreign(Preview.version_id), Preview.page == 1)",
        viewonly=True,
        uselist=False,
        lazy="joined",
    )

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The versions that exist for a person: of files that do, or of shared ones shown to them otherwise."""
        files = File.visible_to(user).with_only_columns(File.id)
        shared = select(File.id).where(File.shared_at.is_not(None))
        shown = (
            or_(*(condition(user) for condition in hooks.ALSO_SHOWN)) if hooks.ALSO_SHOWN else None
        )
        found = cls.file_id.in_(files)
        if shown is None or user.is_staff:
            return select(cls).where(found)
        return select(cls).where(or_(found, cls.file_id.in_(shared) & shown))

    @classmethod
    def with_bytes(cls, user: User) -> Select[Self]:
        """The versions that a person can download: those that exist for them, without links."""
        return cls.visible_to(user).where(cls.key.is_not(None))

    @classmethod
    def of_file(cls, file: File) -> Select[Self]:
        """The versions of a file."""
        return select(cls).where(cls.file_id == file.id)

    @property
    def story(self) -> Any:
        """What is new about it: in the words of who brought it, or that it is an older one once more."""
        if self.restored_from:
            return _l("Restored from version %(number)s.", number=self.restored_from)
        return self.note

    @property
    def is_link(self) -> bool:
        """Whether it is an address: nothing to download, to preview or to pack, but a place to go to."""
        return self.url is not None

    @property
    def is_text(self) -> bool:
        """Whether it can be edited here: Markdown of a length that fits into a form."""
        return self.content_type == MARKDOWN and self.size <= LONGEST_TEXT

    @property
    def stored_as(self) -> str:
        """Where its bytes are in the storage. Only versions `with_bytes` have some."""
        assert self.key is not None, "A link has no bytes."
        return self.key

    @property
    def all_stored(self) -> list[Stored]:
        """What is stored of it: the original and, if there is one, the copy for others."""
        found = [(self.key, self.sha256), (self.copy_key, self.copy_sha256)]
        return [Stored(key, self.size, sha256) for key, sha256 in found if key and sha256]

    def stored_for(self, user: User) -> Stored:
        """What a person gets: the original if they brought it themselves, else the copy for others."""
        return self.all_stored[0 if self.gives_original_to(user) else -1]

    def gives_original_to(self, user: User) -> bool:
        """Whether a person brought these bytes. Who restored them did not, nor who only looks as that person."""
        is_theirs = self.by_id == user.id and not self.restored_from
        return is_theirs and viewer_of(user) is None

    @property
    def host(self) -> str:
        """Where a link leads to, for people: www.figma.com."""
        return host_of(self.url or "")

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture of it: of its first page, if it has several."""
        return self.preview is not None and self.preview.is_ready

    @property
    def kind(self) -> str:
        """The extension of the name, for a tile: `pdf`."""
        return extension_of(self.name)
