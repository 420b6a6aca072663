"""Folders of a project: places for files, and for other folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, ForeignKey, Index, Select, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.files.models import File, hold
from app.blueprints.files.naming import Named, free_name
from app.blueprints.files.tree import Tree
from app.blueprints.projects.models import Project
from app.blueprints.projects.visibility import projects_showing
from app.core.errors import Conflict, NotAllowed
from app.core.filenames import as_seen
from app.core.models import UNNESTED, every, one
from app.core.prepared import Prepared, Thing
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.files.archivals import Archival

DEEPEST = 8
TAKEN = _l("There is a folder of this name already.")
MOST = 1_000
"""So many folders a project can have: then a page can still read all of them."""


class Folder(Named):
    """A place in a project, or in another folder of it.

    For a client it exists as long as it holds something that they see, or was made by their side.
    """

    __tablename__ = "folders"
    __table_args__ = (Index("ix_folders_in_folder", "project_id", "parent_id", "seen_name", "id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=UNNESTED)
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
        there = cls.project_id.in_(projects_showing(user, "files"))
        query = select(cls).where(there)
        known = _known(there, File.visible_to(user))
        return query if user.is_staff else query.where(cls.id.in_(known))

    @classmethod
    def listed_for(cls, user: User, project: Project) -> Select[Self]:
        """The folders of a project that a person finds in it."""
        mine = (cls.project_id == project.id, cls.archival_id.is_(None))
        return cls.visible_to(user).where(*mine)

    @classmethod
    def inside(cls, user: User, project: Project, parent: Folder | None) -> Select[Self]:
        """Those that lie in one folder, or without one on top."""
        here = cls.parent_id == parent.id if parent else cls.parent_id.is_(None)
        return cls.listed_for(user, project).where(here)

    @classmethod
    def tree_of(cls, project: Project, user: User | None = None) -> Tree:
        """The folders of a project that are in use: all, or those that exist for a person."""
        if user:
            return Tree(LISTED.rows(user, project=project.id).all())
        in_use = select(cls).where(cls.project_id == project.id, cls.archival_id.is_(None))
        return Tree(every(in_use))

    @classmethod
    def is_taken(
        cls, name: str, by: User, project: Project, parent: Folder | None, but_for: Folder | None
    ) -> bool:
        """Whether another folder there has this name; internal ones are not given away."""
        alike = cls.inside(by, project, parent).where(cls.seen_name == as_seen(name))
        return is_any(alike.where(cls.id != but_for.id) if but_for else alike)

    @classmethod
    def are_enough_in(cls, project: Project) -> bool:
        """Whether a project can have no more folders."""
        return len(cls.tree_of(project)) >= MOST

    @classmethod
    def make(cls, project: Project, name: str, by: User, parent: Folder | None = None) -> Self:
        """Make a folder. Raises Conflict where the name is taken, or where there are enough folders."""
        hold(project)
        parent = parent and parent.still_there(project)
        if cls.are_enough_in(project):
            raise Conflict(_l("This project has as many folders as can be overlooked."))
        _must_not_be_deeper(len(cls.tree_of(project).path_to(parent)) + 1)
        _must_be_free(name, by, project, parent)
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
    def is_archived(self) -> bool:
        return self.archival_id is not None

    @property
    def is_internal(self) -> bool:
        """Whether it does not exist for the client."""
        shared = select(File).where(File.shared_at.is_not(None))
        known = _known(Folder.project_id == self.project_id, shared)
        return not is_any(select(Folder).where(Folder.id == self.id, Folder.id.in_(known)))

    def may_be_changed_by(self, user: User) -> bool:
        """Whether a person may name and move it: what the agency made stays the agency's."""
        return user.is_staff or self.from_client

    def hold_for(self, by: User) -> None:
        """Hold where it lies. Raises NotAllowed or Conflict if this person can't change that."""
        hold(self.project)
        self.still_there(self.project)
        self.must_be_changeable_by(by)

    def must_be_changeable_by(self, user: User) -> None:
        """Raise NotAllowed if it is not theirs to change."""
        if not self.may_be_changed_by(user):
            raise NotAllowed(_l("Only the agency changes its own folders."))

    @property
    def parent(self) -> Folder | None:
        """The folder that it lies in; None is the project itself."""
        return db.session.get(Folder, self.parent_id) if self.parent_id else None

    def rename(self, name: str, by: User) -> None:
        """Give it another name. Raises Conflict where that is taken."""
        self.move_to(self.parent, by, name)

    def move_to(self, parent: Folder | None, by: User, name: str = "") -> None:
        """Put it into another folder, or on top, if wanted under another name. Raises Conflict where it can't be."""
        self.hold_for(by)
        parent = parent and parent.still_there(self.project)
        tree = Folder.tree_of(self.project)
        path = tree.path_to(parent)
        if self.id in {each.id for each in path}:
            raise Conflict(_l("A folder can't lie in itself."))
        _must_not_be_deeper(len(path) + tree.height_of(self))
        _must_be_free(name or self.name, by, self.project, parent, but_for=self)
        self.name, self.parent_id = name or self.name, parent.id if parent else None

    def delete(self, by: User) -> None:
        """Delete the folder, which must be empty. If the agency has something internal in it, it becomes theirs."""
        self.hold_for(by)
        if self.holds_something_for(by):
            raise Conflict(
                _l("There is something in this folder. Move that elsewhere, or archive the folder.")
            )
        if self.holds_something():
            self.from_client = False
        else:
            db.session.delete(self)

    def put_away(self, archival_id: int, by: User) -> None:
        """Archive it, after what was in it. What can't go stays, and so does its folder, for the agency alone."""
        if self.may_be_changed_by(by) and not self.holds_something():
            self.archival_id = archival_id
        else:
            self.from_client = False

    def come_back(self, by: User) -> None:
        """Leave the archive for where it was, or for what is left of that; a name that is taken gets a number."""
        parent = Folder.in_use(self.parent_id)
        taken = Folder.inside(by, self.project, parent).with_only_columns(Folder.seen_name)
        self.name = free_name(self.name, set(every(taken)))
        self.archival_id, self.parent_id = None, parent.id if parent else None
        db.session.flush()

    @classmethod
    def in_use(cls, number: int | None) -> Folder | None:
        """A folder by its number, or the nearest around it that is not archived; None is the project itself."""
        folder = db.session.get(Folder, number) if number else None
        while folder is not None and folder.is_archived:
            folder = folder.parent
        return folder

    def holds_something_for(self, user: User) -> bool:
        """Whether a person finds anything in it."""
        files = File.in_folder(user, self.project, self)
        return is_any(files) or is_any(Folder.inside(user, self.project, self))

    def holds_something(self) -> bool:
        """Whether anything at all lies in it that is not archived."""
        files = select(File).where(File.folder_id == self.id, File.archival_id.is_(None))
        folders = select(Folder).where(Folder.parent_id == self.id, Folder.archival_id.is_(None))
        return is_any(files) or is_any(folders)

    def still_there(self, project: Project) -> Folder:
        """The folder as it is, now that its project is held. Raises Conflict if it was deleted or archived."""
        folder = self.as_it_is(project)
        if folder is None:
            raise Conflict(_l("This folder is not there any more. Please choose another one."))
        return folder

    def as_it_is(self, project: Project) -> Folder | None:
        """The same, or None."""
        here = (Folder.id == self.id, Folder.project_id == project.id)
        if not is_any(select(Folder).where(*here, Folder.archival_id.is_(None))):
            return None
        db.session.refresh(self, ["parent_id", "from_client"])
        return self


def _known(there: ColumnElement[bool], files: Select[File]) -> Select[int]:
    """The numbers of the folders that hold these files or were made by a client's side, and of those above."""
    listed = files.where(File.archival_id.is_(None), File.folder_id.is_not(None))
    holding = Folder.id.in_(listed.with_only_columns(File.folder_id))
    in_use = (there, Folder.archival_id.is_(None))
    lowest = select(Folder.id).where(*in_use, or_(Folder.from_client, holding))
    known = lowest.cte("known_folders", recursive=True)
    above = select(Folder.parent_id).join(known, Folder.id == known.c.id)
    whole = known.union(above.where(Folder.parent_id.is_not(None)))
    return select(whole.c.id)


def _must_not_be_deeper(depth: int) -> None:
    if depth > DEEPEST:
        raise Conflict(_l("Folders can't lie deeper in each other than this."))


def _must_be_free(
    name: str, by: User, project: Project, parent: Folder | None, but_for: Folder | None = None
) -> None:
    if Folder.is_taken(name, by, project, parent, but_for):
        raise Conflict(TAKEN)


def is_any(query: Select[Any]) -> bool:
    """Whether a query for rows of one kind finds any."""
    kind = query.column_descriptions[0]["entity"]
    return one(query.with_only_columns(kind.id).limit(1)) is not None


A_PROJECT: Any = Thing("project")
LISTED = Prepared[Folder](lambda reader: Folder.listed_for(reader, A_PROJECT))
