"""Files of a project: under one name, in all their versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Select,
    false,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.files import hooks
from app.blueprints.files.naming import (
    Named,
    beginning_of,
    extension_of,
    free_name,
    name_like,
    renamed,
)
from app.blueprints.files.previews import Preview
from app.blueprints.projects.models import Project
from app.blueprints.projects.visibility import projects_showing
from app.core import clock
from app.core.errors import Conflict, NotAllowed
from app.core.filenames import as_seen, typed_name
from app.core.models import UNNESTED, Instant, every, one
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.files.archivals import Archival
    from app.blueprints.files.folders import Folder
    from app.blueprints.files.versions import Version

HOLDING = {"key_share": True}
"""New rows may point to what is held: two who add such rows, and then hold it, must not wait for each other."""
HELD = ("number", "weight", "shared_at", "archival_id")


class Content(Protocol):
    """What becomes a version: bytes that are stored (Upload), or an address on the web (Link)."""

    @property
    def name(self) -> str: ...

    @property
    def is_link(self) -> bool: ...

    @property
    def kept(self) -> dict[str, Any]:
        """The columns of the version: size, sha256, content_type, and key or url."""


class File(Named):
    """Something that is made or given in a project, under one name, in all its versions.

    Its versions are bytes or, all of them, addresses on the web: then it is a link. What the agency brings
    is internal until somebody shares it; what the client brings is shared at once.
    """

    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_project_id_changed_at_id", "project_id", "changed_at", "id"),
        Index("ix_files_in_folder", "project_id", "folder_id", "changed_at", "id"),
        Index("ix_files_project_id_weight", "project_id", "weight"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=UNNESTED)
    folder_id: Mapped[int | None] = mapped_column(
        ForeignKey("folders.id", ondelete="SET NULL"), index=True
    )
    folder: Mapped[Folder | None] = relationship(lazy="raise")
    is_link: Mapped[bool] = mapped_column(default=False, server_default=false())
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED, foreign_keys=by_id)
    number: Mapped[int] = mapped_column(default=0)
    weight: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """How many bytes all its versions have; those of a version that was restored count once."""
    latest: Mapped[Version] = relationship(
        primaryjoin="and_(File.id == foreign(Version.file_id), File.number == foreign(Version.number))",
        viewonly=True,
        lazy="raise",
    )
    changed_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    shared_at: Mapped[datetime | None] = mapped_column(Instant)
    shared_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    shared_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=shared_by_id)
    archival_id: Mapped[int | None] = mapped_column(ForeignKey("archivals.id"), index=True)
    archival: Mapped[Archival | None] = relationship(lazy="raise")

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The files that exist for a person: those of their projects; for clients, those that are shared."""
        query = select(cls).where(cls.project_id.in_(projects_showing(user, "files")))
        return query if user.is_staff else query.where(cls.shared_at.is_not(None))

    @classmethod
    def listed_for(cls, user: User, project: Project) -> Select[Self]:
        """The files of a project that a person finds in it, in whichever folder."""
        mine = (cls.project_id == project.id, cls.archival_id.is_(None))
        return cls.visible_to(user).where(*mine)

    @classmethod
    def in_folder(cls, user: User, project: Project, folder: Folder | None) -> Select[Self]:
        """Those that lie in one folder, or without one in the project itself."""
        here = cls.folder_id == folder.id if folder else cls.folder_id.is_(None)
        return cls.listed_for(user, project).where(here)

    @classmethod
    def add(
        cls,
        project: Project,
        content: Content,
        by: User,
        folder: Folder | None = None,
        note: str = "",
    ) -> Version:
        """Put a new file into a project, or into a folder of it; returns its first version.

        If the name is taken there, the file gets a number: `Poster (2).pdf`. If the folder is gone,
        the project itself takes it: nothing that was uploaded is lost.
        """
        hold(project)  # So that of two files at once each gets a name of its own.
        folder = folder and folder.as_it_is(project)
        name = cls._free_name(project, folder, content.name, by)
        file = cls(project=project, folder=folder, name=name, is_link=content.is_link, by=by)
        db.session.add(file)
        db.session.flush()
        if not by.is_staff:
            file.share(by)
        return file._keep(content, by, note, file.name)

    @property
    def client_id(self) -> int:
        """The client whose roles count here."""
        return self.project.client_id

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None

    @property
    def is_archived(self) -> bool:
        return self.archival_id is not None

    @property
    def kind(self) -> str:
        """The extension of the name, for a tile: `pdf`."""
        return extension_of(self.name)

    def takes_versions_from(self, user: User) -> bool:
        """Whether a person's upload may become a version of this file: the agency's work stays the agency's."""
        return user.is_staff or not self.by.is_staff

    def add_version(
        self, content: Content, by: User, note: str = "", restored_from: int | None = None
    ) -> Version:
        """Add a newer version; those before it stay. Raises NotAllowed if it is not theirs to change."""
        self.must_take(by, link=content.is_link)
        must_be_running(self.project)
        self.must_be_in_use()
        name = name_like(self.name, content.name)
        version = self._keep(content, by, note, name, restored_from)
        for happens in hooks.ON_NEW_VERSION:
            happens(version, by)
        return version

    def restore(self, older: Version, content: Content, by: User) -> Version:
        """Bring an older version back, as a version of its own. Raises Conflict if it is the newest."""
        from app.blueprints.files.versions import Version  # It stands on this file.

        newest = one(Version.of_file(self).where(Version.number == self.hold()))
        if newest is not None and newest.sha256 == older.sha256:
            raise Conflict(_l("The newest version is exactly this one already."))
        return self.add_version(content, by, restored_from=older.number)

    def must_take(self, user: User, *, link: bool = False) -> None:
        """Raise NotAllowed if nothing of a person's may become a version, Conflict if not what they bring."""
        if not self.takes_versions_from(user):
            raise NotAllowed(_l("Only the agency adds versions to its own files."))
        if self.is_link and not link:
            raise Conflict(_l("This is a link. Its versions are addresses, not files."))
        if link and not self.is_link:
            raise Conflict(_l("This is a file. Its versions are files, not addresses."))

    def share(self, by: User) -> None:
        """Show the file to the client, with all its versions; fine if it is shown already."""
        if not self.is_shared:
            self.shared_at, self.shared_by_id = clock.now(), by.id

    def unshare(self) -> None:
        """Make the file internal again. Raises Conflict where a floor above needs it shown."""
        self.hold()
        for may_refuse in hooks.ON_UNSHARING:
            may_refuse(self)
        self.shared_at = self.shared_by_id = None

    def hold(self) -> int:
        """Let nobody else add a version, share or archive until this transaction ends; returns the newest number."""
        db.session.flush()  # A refresh would forget what was changed and not written yet.
        db.session.refresh(self, HELD, with_for_update=HOLDING)
        return self.number

    def must_be_in_use(self) -> None:
        """Raise Conflict if the file is archived."""
        self.hold()
        if self.is_archived:
            raise Conflict(_l("This file is archived. Please restore it first."))

    def hold_for(self, by: User) -> None:
        """Hold it and where it lies. Raises NotAllowed or Conflict if this person can't change that."""
        hold(self.project)
        self.must_be_in_use()
        self.must_be_changeable_by(by)

    def must_be_changeable_by(self, user: User) -> None:
        """Raise NotAllowed if it is not theirs to name, move or archive."""
        if not self.takes_versions_from(user):
            raise NotAllowed(_l("Only the agency changes its own files."))

    def rename(self, wanted: str, by: User) -> None:
        """Give it another name; its extension stays. Raises Conflict where the name is taken."""
        self.hold_for(by)
        name = typed_name(wanted) if self.is_link else renamed(self.name, wanted)
        if self.has_namesake(name, self.folder_id, by):
            raise Conflict(_l("There is a file of this name already."))
        self.name = name

    def has_namesake(self, name: str, folder_id: int | None, by: User) -> bool:
        """Whether another file that the person sees has this name in a folder."""
        beside = File.folder_id.is_not_distinct_from(folder_id) & (File.id != self.id)
        there = File.listed_for(by, self.project).where(beside, File.seen_name == as_seen(name))
        return bool(every(there.limit(1)))

    def move_to(self, folder: Folder | None, by: User) -> None:
        """Put it into another folder, or on top; if its name is taken there, it gets a number."""
        self.hold_for(by)
        folder = folder and folder.still_there(self.project)
        number = folder.id if folder else None
        if self.folder_id != number:
            self.name = File._free_name(self.project, folder, self.name, by)
            self.folder_id = number

    def come_back(self, folder: Folder | None, by: User) -> None:
        """Leave the archive for a folder, or the project itself; if its name is taken there, it gets a number."""
        self.name = File._free_name(self.project, folder, self.name, by)
        self.archival_id, self.folder_id = None, folder.id if folder else None

    @classmethod
    def _free_name(cls, project: Project, folder: Folder | None, wanted: str, by: User) -> str:
        """A name that none of the files there has that the person sees: internal ones are not given away."""
        alike = cls.seen_name.startswith(as_seen(beginning_of(wanted)), autoescape=True)
        there = cls.in_folder(by, project, folder).where(alike)
        return free_name(wanted, set(every(there.with_only_columns(cls.seen_name))))

    def _keep(
        self, content: Content, by: User, note: str, name: str, restored_from: int | None = None
    ) -> Version:
        self.number, self.changed_at = self.hold() + 1, clock.now()
        self.weight += 0 if restored_from else content.kept["size"]
        from app.blueprints.files.versions import Version  # It stands on this file.

        version = Version(
            file=self,
            number=self.number,
            name=name,
            note=note,
            restored_from=restored_from,
            by=by,
            **content.kept,
        )
        db.session.add(version)
        Preview.begin(version)
        db.session.flush()
        return version


def hold(project: Project) -> None:
    """Let nobody else change what lies where in a project until this transaction ends. It must be running.

    All locks are taken in one order: project, files, package, approvals, the end of the log. Who holds more
    than one file holds their project first, so that no two wait for each other's files.
    """
    db.session.refresh(project, ["finished_at"], with_for_update=HOLDING)
    must_be_running(project)


def must_be_running(project: Project) -> None:
    """Raise Conflict if the project is finished."""
    if project.is_finished:
        raise Conflict(_l("This project is finished. What is in it can be read, but not changed."))
