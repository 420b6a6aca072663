"""What files and folders are called, and where they lie."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.blueprints.files.folders import TAKEN, Folder
from app.blueprints.files.models import File
from app.blueprints.files.naming import renamed
from app.blueprints.files.tree import Tree
from app.blueprints.projects.models import Project
from app.core.filenames import LONGEST, typed_name
from app.core.forms import Form, Hidden, Line, OneOf

LONGEST_NAME = 100


class FolderForm(Form):
    """A new folder, in the one that is open."""

    name = Line(_l("Name"), LONGEST_NAME)
    folder = Hidden()

    @property
    def wanted(self) -> str:
        """The name as it can be kept."""
        return typed_name(self.name.data)

    def finds_room(
        self, project: Project, parent: Folder | None, but_for: Folder | None = None
    ) -> bool:
        """Whether no other folder there has the name; else the field says so."""
        taken = Folder.is_taken(self.wanted, current_user, project, parent, but_for)
        self.name.errors = [TAKEN] if taken else []
        return not taken


class MoveForm(Form):
    """Another folder for something."""

    place = OneOf(_l("In which folder"))

    def offer(self, project: Project, *but_for: Folder) -> Tree:
        """Let the person choose among the folders that they see, but for some with what is in them."""
        tree = Folder.tree_of(project, current_user)
        out = {each.id for folder in but_for for each in tree.below(folder)}
        found = [each for each in tree.below() if each.id not in out]
        places = [(each.public_id, tree.place_of(each)) for each in found]
        self.place.choices = [("", _("In no folder")), *places]
        return tree

    def chosen(self, tree: Tree) -> Folder | None:
        """The folder that was chosen; None is the project itself."""
        wanted = self.place.data
        return next((each for each in tree.below() if each.public_id == wanted), None)


class FolderPlaceForm(FolderForm, MoveForm):
    """The name of a folder, and where it lies."""


class FilePlaceForm(MoveForm):
    """The name of a file, and where it lies."""

    name = Line(_l("Name"), LONGEST)

    def finds_room(self, file: File, folder: Folder | None) -> bool:
        """Whether no other file there has the name, if it is a new one; else the field says so."""
        name = renamed(file.name, self.name.data)
        number = folder.id if folder else None
        taken = name != file.name and file.has_namesake(name, number, current_user)
        self.name.errors = [_("There is a file of this name already.")] if taken else []
        return not taken
