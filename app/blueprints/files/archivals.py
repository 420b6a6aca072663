"""Archivals: what was put away, by whom and when. Nothing of it is lost."""

from __future__ import annotations

from typing import Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import AGENCY, CLIENT, User
from app.blueprints.files import hooks
from app.blueprints.files.folders import Folder, is_any
from app.blueprints.files.models import File, hold
from app.blueprints.files.tree import Tree
from app.blueprints.projects.models import Project
from app.blueprints.projects.visibility import projects_showing
from app.core.errors import Conflict, NotAllowed
from app.core.filenames import LONGEST
from app.core.models import UNNESTED, Model, every, one
from app.extensions import db

IS_BACK = _l("This is back from the archive already.")
OF_THE_AGENCY = File.by_id.in_(select(User.id).where(User.side == AGENCY))


class Archival(Model):
    """A file that was put away, or a folder with what was in it then."""

    __tablename__ = "archivals"
    __table_args__ = (
        Index("ix_archivals_project_id_id", "project_id", "id"),
        Index("ix_archivals_created_at", "created_at"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    project: Mapped[Project] = relationship(lazy="joined", innerjoin=UNNESTED)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)
    name: Mapped[str] = mapped_column(String(LONGEST))
    of_folder: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The archivals that exist for a person; for clients, their own and those of what they see."""
        query = select(cls).where(cls.project_id.in_(projects_showing(user, "files")))
        if user.is_staff:
            return query
        shown = File.visible_to(user).where(File.archival_id.is_not(None))
        theirs = cls.by.has(User.side == CLIENT)
        return query.where(or_(theirs, cls.id.in_(shown.with_only_columns(File.archival_id))))

    @classmethod
    def put_away(cls, file: File, by: User) -> Self:
        """Put a file away. Raises what a floor above, or their role, says against it."""
        file.hold_for(by)
        return cls._begin(file.project, file.name, by, select(File.id).where(File.id == file.id))

    @classmethod
    def put_folder_away(cls, folder: Folder, by: User) -> Self:
        """Put a folder away with all that the person finds in it."""
        folder.hold_for(by)
        below = list(Folder.tree_of(folder.project, by).below(folder))
        files = File.listed_for(by, folder.project)
        files = files.where(File.folder_id.in_([each.id for each in below]))
        if not by.is_staff and is_any(files.where(OF_THE_AGENCY)):
            raise NotAllowed(
                _l("There are files of the agency in this folder. Please archive yours alone.")
            )
        archival = cls._begin(folder.project, folder.name, by, files.with_only_columns(File.id))
        archival.of_folder = True
        for each in reversed(below):
            each.put_away(archival.id, by)
        return archival

    @property
    def client_id(self) -> int:
        """The client whose roles count here."""
        return self.project.client_id

    @property
    def file(self) -> File | None:
        """The file that was put away; None if it was a folder."""
        return None if self.of_folder else one(select(File).where(self._holds))

    @property
    def is_internal(self) -> bool:
        """Whether nothing of it exists for the client."""
        shared = select(File).where(self._holds, File.shared_at.is_not(None))
        given = select(Folder).where(Folder.archival_id == self.id, Folder.from_client)
        return not is_any(shared) and not is_any(given)

    def files_for(self, user: User) -> Select[File]:
        """What a person sees of it."""
        return File.visible_to(user).where(self._holds)

    def may_be_restored_by(self, user: User) -> bool:
        """Whether all of it is theirs to change."""
        return user.is_staff or not is_any(select(File).where(self._holds, OF_THE_AGENCY))

    def restore(self, by: User) -> None:
        """Bring all of it back to where it was, or to what is left of that."""
        self._hold_for(by)
        tree = Tree(every(select(Folder).where(Folder.archival_id == self.id)))
        for folder in tree.inside(None):
            folder.come_back(by)
        home = File.folder_id.in_(list(tree.folders))
        for file in every(select(File).where(self._holds, or_(~home, File.folder_id.is_(None)))):
            self._give_back(file, by)
        for kind in (File, Folder):
            back = update(kind).where(kind.archival_id == self.id).values(archival_id=None)
            db.session.execute(back)
        db.session.delete(self)

    def restore_file(self, file: File, by: User) -> None:
        """Bring one file of it back. Raises Conflict if somebody has just done so."""
        self._hold_for(by)
        file.hold()
        if file.archival_id != self.id:
            raise Conflict(IS_BACK)
        self._give_back(file, by)
        db.session.flush()
        left = [select(kind).where(kind.archival_id == self.id) for kind in (File, Folder)]
        if not any(is_any(each) for each in left):
            db.session.delete(self)

    @classmethod
    def _begin(cls, project: Project, name: str, by: User, numbers: Select[int]) -> Self:
        # Nobody asks for approval meanwhile.
        every(numbers.order_by(File.id).with_for_update(key_share=True))
        for may_refuse in hooks.ON_ARCHIVING:
            may_refuse(numbers)
        archival = cls(project=project, name=name, by=by)
        db.session.add(archival)
        db.session.flush()
        db.session.execute(update(File).where(File.id.in_(numbers)).values(archival_id=archival.id))
        return archival

    @property
    def _holds(self) -> ColumnElement[bool]:
        return File.archival_id == self.id

    def _hold_for(self, by: User) -> None:
        hold(self.project)
        if not is_any(select(Archival).where(Archival.id == self.id)):
            raise Conflict(IS_BACK)
        if not self.may_be_restored_by(by):
            raise NotAllowed(_l("Only the agency changes its own files."))

    def _give_back(self, file: File, by: User) -> None:
        file.come_back(Folder.in_use(file.folder_id), by)
