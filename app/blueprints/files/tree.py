"""The folders of a project as a tree: what lies in what. A project has so few that all are read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.blueprints.files.folders import Folder


class Tree:
    """Some folders of a project, and the ways to them. One whose parent is not among them lies on top."""

    def __init__(self, folders: Iterable[Folder]) -> None:
        self.folders = {folder.id: folder for folder in folders}
        self._inside: Mapping[int | None, list[Folder]] = defaultdict(list)
        for folder in sorted(self.folders.values(), key=lambda each: (each.seen_name, each.id)):
            parent = folder.parent_id if folder.parent_id in self.folders else None
            self._inside[parent].append(folder)

    def __len__(self) -> int:
        return len(self.folders)

    def inside(self, folder: Folder | None) -> list[Folder]:
        """What lies directly in a folder, or on top."""
        return self._inside.get(folder.id if folder else None, [])

    def path_to(self, folder: Folder | None) -> list[Folder]:
        """The folders that lead to one, from the top on, itself the last."""
        path: list[Folder] = []
        while folder is not None:
            path.append(folder)
            folder = self.folders.get(folder.parent_id or 0)
        return path[::-1]

    def place_of(self, folder: Folder | None) -> str:
        """The way to a folder in words."""
        return " / ".join(each.name for each in self.path_to(folder))

    def below(self, folder: Folder | None = None) -> Iterator[Folder]:
        """A folder and all that lie in it at any depth; without one, all there are. Each before what is in it."""
        if folder is not None:
            yield folder
        for each in self.inside(folder):
            yield from self.below(each)

    def height_of(self, folder: Folder) -> int:
        """How many levels a folder has, its own among them."""
        return 1 + max((self.height_of(each) for each in self.inside(folder)), default=0)
