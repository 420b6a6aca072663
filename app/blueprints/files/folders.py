"""Folders of a project: places for files, and for other folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, Select, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.files.models import File, hold
from app.blueprints.files.naming import Named
from app.blueprints.projects.models import Project
from app.blueprints.projects.visibility import projects_showing
from app.core.errors import Conflict
from app.core.filenames import as_seen
from app.core.models import one
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.files.archivals import Archival

DEEPEST = 8
MOST = 1_000
"""So many folders a project can have: then a page can still read all of them."""


class Folder(Named):
    """A place in a project, or in another folder of it.

    For a client it exists as long as it holds something that they see, or was made by their side.
    """

    __tablename__ = "folders"
    __table_args__ = (Index("ix_folders_in_folder", "project_id", "parent_id", "seen_name", "id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=True)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("folders.id", ondelete="SET NULL"), index=True
    )
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[User] = relationship(lazy="raise")
    from_client: Mapped[bool]
    archival_id: Mapped[int | None] = mapped_column(ForeignKey("archivals.id"), index=True)
    archival: Mapped[Archival | None] = relationship(lazy="raise")

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The folders that exist for a person."""
        query = select(cls).where(cls.project_id.in_(projects_showing(user, "files")))
        return query if user.is_staff else query.where(cls.id.in_(_shown_to(user)))

    @classmethod
    def listed_for(cls, user: User, project: Project) -> Select[Self]:
        """The folders of a project that a person finds in it."""
        mine = (cls.project_id == project.id, cls.archival_id.is_(None))
        return cls.visible_to(user).where(*mine)

    @classmethod
    def inside(cls, user: User, project: Project, parent: Folder | None) -> Select[Self]:
        """Those that lie in one folder, or without one in the project itself."""
        here = cls.parent_id == parent.id if parent else cls.parent_id.is_(None)
        return cls.listed_for(user, project).where(here)

    @classmethod
    def make(cls, project: Project, name: str, by: User, parent: Folder | None = None) -> Self:
        """Make a folder. Raises Conflict where the name is taken, or where there are enough folders."""
        hold(project)
        parent = parent and parent.as_it_is()
        cls._must_be_few(project)
        _must_not_be_deeper(parent.depth + 1 if parent else 1)
        cls._must_be_free(project, parent, name, by)
        folder = cls(project=project, name=name, by=by, from_client=not by.is_staff)
        folder.parent_id = parent.id if parent else None
        db.session.add(folder)
        db.session.flush()
        return folder

    @property
    def client_id(self) -> int:
        """The client whose roles count here."""
        return self.project.client_id

    @property
    def depth(self) -> int:
        """On which level it lies; 1 is the project itself."""
        above = select(Folder.parent_id.label("id")).where(Folder.id == self.id).cte(recursive=True)
        further = select(Folder.parent_id).join(above, Folder.id == above.c.id)
        whole = above.union_all(further)
        return db.session.scalar(select(func.count()).select_from(whole)) or 1

    def as_it_is(self) -> Folder | None:
        """The folder as it is now that the project is held; None if it was deleted or archived meanwhile."""
        here = select(Folder).where(Folder.id == self.id, Folder.archival_id.is_(None))
        return one(here.execution_options(populate_existing=True))

    @classmethod
    def _must_be_few(cls, project: Project) -> None:
        count = select(func.count(cls.id)).where(cls.project_id == project.id)
        if (db.session.scalar(count) or 0) >= MOST:
            raise Conflict(_l("This project has as many folders as can be overlooked."))

    @classmethod
    def _must_be_free(cls, project: Project, parent: Folder | None, name: str, by: User) -> None:
        """Compare with the folders that the person sees: internal ones are not given away."""
        alike = cls.inside(by, project, parent).where(cls.seen_name == as_seen(name))
        if one(alike.with_only_columns(cls.id).limit(1)) is not None:
            raise Conflict(_l("There is a folder of this name already."))


def _shown_to(user: User) -> Select[int]:
    """The numbers of the folders that a client's person knows of, with those above them."""
    files = File.visible_to(user).where(File.archival_id.is_(None), File.folder_id.is_not(None))
    holding = Folder.id.in_(files.with_only_columns(File.folder_id))
    there = Folder.project_id.in_(projects_showing(user, "files"))
    lowest = select(Folder.id).where(there, or_(Folder.from_client, holding))
    known = lowest.cte("known_folders", recursive=True)
    above = select(Folder.parent_id).join(known, Folder.id == known.c.id)
    whole = known.union(above.where(Folder.parent_id.is_not(None)))
    return select(whole.c.id)


def _must_not_be_deeper(depth: int) -> None:
    if depth > DEEPEST:
        raise Conflict(_l("Folders can't lie deeper in each other than this."))
