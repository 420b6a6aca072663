"""Disposals: archived files that the owner lets go of for good. Marked first, deleted later, revocable until then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, ForeignKey, Select, delete, or_, select, union_all
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.files.archivals import Archival
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.previews import Preview
from app.blueprints.files.requests.items import GivenFile
from app.blueprints.files.transfers import Transfer
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core import clock
from app.core.due import Drain, Due
from app.core.errors import Conflict
from app.core.events import record
from app.core.models import UNNESTED, every, one
from app.core.storage import storage
from app.extensions import Base, db

ARCHIVED_FOR = timedelta(days=30)
REVOCABLE_FOR = timedelta(days=7)
AT_ONCE = 1_000
OWN = {"versions", "previews", "transfers", "disposals"}
"""The tables whose rows go with a file, or only led to it."""
WITH = joinedload(File.project).joinedload(Project.client)


class Disposal(Due):
    """A file that is deleted when this is due, if it is still in the same archival then."""

    __tablename__ = "disposals"

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), unique=True)
    file: Mapped[File] = relationship(lazy="raise")
    archival_id: Mapped[int | None] = mapped_column(
        ForeignKey("archivals.id", ondelete="SET NULL"), index=True
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)

    @classmethod
    def candidates(cls, user: User) -> Select[File]:
        """The files that can be marked: archived for long, and nothing else is about them."""
        free = (File.id.not_in(_kept()), File.id.not_in(cls._marked()))
        return cls._archived_for_long(user).where(*free)

    @classmethod
    def kept(cls, user: User) -> Select[File]:
        """Those that would be candidates, if nothing else were about them."""
        return cls._archived_for_long(user).where(File.id.in_(_kept()))

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """Those that will be carried out."""
        files = File.visible_to(user).with_only_columns(File.id)
        still = select(cls).join(File, cls.file_id == File.id).where(cls._holds_good())
        return still.where(cls.file_id.in_(files))

    @classmethod
    def mark(cls, numbers: Select[int], by: User) -> list[File]:
        """Have candidates deleted, in a while; returns those that are marked now."""
        chosen = cls.candidates(by).where(File.id.in_(numbers)).order_by(File.id).limit(AT_ONCE)
        files = list(every(chosen.options(WITH).with_for_update(of=File)))
        db.session.execute(delete(cls).where(cls.file_id.in_([file.id for file in files])))
        due_at = clock.now() + REVOCABLE_FOR
        db.session.add_all(
            cls(file=file, archival_id=file.archival_id, by=by, due_at=due_at) for file in files
        )
        db.session.flush()
        return files

    def revoke(self) -> None:
        """Let the file stay. Raises Conflict if it has been deleted already."""
        held = select(File.id).where(File.id == self.file_id)
        if one(held.with_for_update()) is None:
            raise Conflict(_l("This file has just been deleted."))
        db.session.delete(self)

    @classmethod
    def _archived_for_long(cls, user: User) -> Select[File]:
        before = clock.now() - ARCHIVED_FOR
        long_ago = select(Archival.id).where(Archival.created_at < before)
        return File.visible_to(user).where(File.archival_id.in_(long_ago))

    @classmethod
    def _marked(cls) -> Select[int]:
        return select(cls.file_id).join(File, cls.file_id == File.id).where(cls._holds_good())

    @classmethod
    def _holds_good(cls) -> Any:
        return File.archival_id == cls.archival_id


def carry_out(disposal: Disposal) -> None:
    """Delete a file with all its versions: rows first, so that none ever lacks its bytes. What the log says stays."""
    number, by = disposal.file_id, disposal.by
    # An archival that was restored as a whole is gone: then neither it nor the file has a number.
    same = (File.archival_id.is_not(None), File.archival_id == disposal.archival_id)
    mine = (File.id == number, *same, File.id.not_in(_kept()))
    wanted = select(File).where(*mine).options(WITH)
    file = one(wanted.with_for_update(of=File))
    # Asked for now that the file is held: somebody may have taken it back while we waited.
    if file is None or one(select(Disposal.id).where(Disposal.file_id == number)) is None:
        db.session.execute(delete(Disposal).where(Disposal.file_id == number))
        return
    keys = _keys_of(file)
    _note(file, by)
    _delete(file)
    db.session.commit()
    for key in keys:  # If we are killed here, the sweep of unknown bytes takes what is left.
        storage().delete(key)


def _kept() -> Select[Any]:
    """The numbers of the files that something else is about: an approval with its receipt, or an open request."""
    of_files = [select(each).where(each.is_not(None)) for each in _pointing_to("files")]
    of_versions = [
        select(Version.file_id).join(each.table, each == Version.id)
        for each in _pointing_to("versions")
    ]
    asked_for = GivenFile.still_asked_for()
    return select(union_all(*of_files, *of_versions, asked_for).subquery().c[0])


def _pointing_to(name: str) -> Iterator[Column[Any]]:
    """The columns of other tables that refer to the rows of this one, and would not just let them go."""
    for table in Base.metadata.sorted_tables:
        keys = sorted(table.foreign_keys, key=lambda each: each.parent.name)
        if table.name not in OWN:
            yield from (
                each.parent
                for each in keys
                if each.column.table.name == name and each.ondelete is None
            )


def _keys_of(file: File) -> list[str]:
    pages = select(Preview).join(Version, Version.id == Preview.version_id)
    columns = (
        select(Version.key),
        select(Version.copy_key),
        pages.with_only_columns(Preview.small_key),
        pages.with_only_columns(Preview.large_key),
    )
    found = [every(each.where(Version.file_id == file.id)) for each in columns]
    return [key for keys in found for key in keys if key]


def _note(file: File, by: User) -> None:
    project = file.project
    record(
        "file.deleted",
        file,
        by=by,
        project=project,
        client=project.client,
        internal=not file.is_shared,
        in_project=project.public_id,
        project_name=project.name,
        name=file.name,
        file=file.public_id,
        versions=file.number,
    )


def _delete(file: File) -> None:
    """Delete the rows, and that of its archival if that is empty then."""
    versions = select(Version.id).where(Version.file_id == file.id)
    led_to_it = or_(Transfer.file_id == file.id, Transfer.version_id.in_(versions))
    archival_id = file.archival_id
    for rows in (
        delete(Preview).where(Preview.version_id.in_(versions)),
        delete(Transfer).where(led_to_it),
        delete(Disposal).where(Disposal.file_id == file.id),
        delete(Version).where(Version.file_id == file.id),
    ):
        db.session.execute(rows.execution_options(synchronize_session=False))
    db.session.delete(file)
    db.session.flush()
    empty = [
        ~select(kind.id).where(kind.archival_id == archival_id).exists() for kind in (File, Folder)
    ]
    db.session.execute(delete(Archival).where(Archival.id == archival_id, *empty))


DRAIN = Drain("disposals", Disposal, carry_out)
