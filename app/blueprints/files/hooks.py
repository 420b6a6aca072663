"""Where the floors above take part in what happens to files. This slice knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select

from app.core.features import Link

if TYPE_CHECKING:
    from app.blueprints.accounts.models import User
    from app.blueprints.files.models import File
    from app.blueprints.files.versions import Version


@dataclass(frozen=True, slots=True)
class State:
    """How something stands, as ui.state shows it; `url` leads to the reason."""

    kind: str
    label: Any
    icon: str | None = None
    url: str = ""


# Called with a version that has just joined its file, and with who brought it, in that transaction.
ON_NEW_VERSION: list[Callable[[Version, User], None]] = []

# Called before a file is taken back from the client; may raise a domain error that says why not.
ON_UNSHARING: list[Callable[[File], None]] = []

# Called before some files are archived, with a query of their numbers; may raise a domain error, too.
ON_ARCHIVING: list[Callable[[Select[int]], None]] = []

# The states of some files for a reader, by their numbers; in few queries, however many files.
FILE_STATES: list[Callable[[Sequence[File], User], dict[int, State]]] = []

# What else a reader can do with a file, on its page.
FILE_LINKS: list[Callable[[File, User], list[Link]]] = []

# Which versions of shared files a person sees even where the project hides its files from them.
ALSO_SHOWN: list[Callable[[User], ColumnElement[bool]]] = []


def states_of(files: Sequence[File], user: User) -> dict[int, State]:
    """All that the floors above say about some files."""
    found: dict[int, State] = {}
    for source in FILE_STATES:
        found.update(source(files, user))
    return found


def links_of(file: File, user: User) -> list[Link]:
    """All that the floors above offer for a file."""
    return [link for source in FILE_LINKS for link in source(file, user)]
