"""What a folder's page, or that of a project, says of the folders in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_login import current_user
from sqlalchemy import case, func

from app.blueprints.files.folders import A_PROJECT, Folder
from app.blueprints.files.models import File
from app.blueprints.files.tree import Tree
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core.paging import page
from app.core.prepared import Prepared

SIZE = 50


@dataclass(frozen=True, slots=True)
class Amount:
    """How many files, how many of them the client sees, and how many bytes their newest versions have."""

    files: int = 0
    shared: int = 0
    size: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.files + other.files, self.shared + other.shared, self.size + other.size)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder as its row shows it."""

    folder: Folder
    amount: Amount
    is_internal: bool


def shelf(project: Project, folder: Folder | None) -> dict[str, Any]:
    """The way to a folder, how much is in it at any depth, and a page of the folders in it, by name."""
    tree = Folder.tree_of(project, current_user)
    amounts = _amounts(project)
    inside = Folder.inside(current_user, project, folder)
    found = page(inside, (Folder.seen_name, Folder.id), request.args.get("folders"), SIZE)
    total = _total(tree, folder, amounts)
    return {
        "folder": folder,
        "path": tree.path_to(folder),
        "shelves": found,
        "rows": [_shelf(tree, each, amounts) for each in found.rows],
        "count": total.files,
        "total": total.size,
    }


def _amounts(project: Project) -> dict[int | None, Amount]:
    """What the reader finds directly in each folder, and under None on top."""
    rows = AMOUNTS.tuples(current_user, project=project.id)
    return {number: Amount(count, int(seen), int(size)) for number, count, seen, size in rows}


def _summed(reader: Any) -> Any:
    shared = func.sum(case((File.shared_at.is_(None), 0), else_=1))
    sums = (File.folder_id, func.count(), shared, func.sum(Version.size))
    listed = File.listed_for(reader, A_PROJECT).join(File.latest)
    return listed.with_only_columns(*sums).group_by(File.folder_id)


AMOUNTS = Prepared[Any](_summed)


def _total(tree: Tree, folder: Folder | None, amounts: Mapping[int | None, Amount]) -> Amount:
    """What is in a folder at any depth."""
    directly = amounts.get(folder.id if folder else None, Amount())
    return sum((_total(tree, each, amounts) for each in tree.inside(folder)), directly)


def _shelf(tree: Tree, folder: Folder, amounts: Mapping[int | None, Amount]) -> Shelf:
    amount = _total(tree, folder, amounts)
    given = any(each.from_client for each in tree.below(folder))
    return Shelf(folder, amount, is_internal=not amount.shared and not given)
