"""What a file is called beside others, and in its versions."""

from __future__ import annotations

from collections.abc import Container
from pathlib import PurePath
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.core.filenames import LONGEST, as_seen, typed_name
from app.core.models import Model

ROOM = 40  # for a number and an extension
EXPANDED = 3  # how many characters one can become by as_seen()


def _seen(context: Any) -> str:
    return as_seen(context.get_current_parameters()["name"])


class Named(Model):
    """Something with a name beside others. `seen_name` is how names are compared: Poster.PDF is Poster.pdf."""

    __abstract__ = True

    name: Mapped[str] = mapped_column(String(LONGEST))
    seen_name: Mapped[str] = mapped_column(String(LONGEST * EXPANDED), default=_seen)

    @validates("name")
    def _note_how_it_is_seen(self, _column: str, name: str) -> str:
        self.seen_name = as_seen(name)
        return name


def beginning_of(name: str) -> str:
    """What all names begin with that this one could get from `free_name`."""
    return PurePath(name).stem[: LONGEST - ROOM]


def extension_of(name: str) -> str:
    """The end of a name, for a tile: `pdf`."""
    return PurePath(name).suffix.removeprefix(".")


def free_name(wanted: str, taken: Container[str]) -> str:
    """The name, or if it is taken, the name with the first number that is free: `Poster (2).pdf`.

    `taken` holds names as they are seen.
    """
    path = PurePath(wanted)
    name, count = wanted, 1
    while as_seen(name) in taken:
        count += 1
        number = f" ({count})"
        room = LONGEST - len(path.suffix) - len(number)
        name = path.stem[:room] + number + path.suffix
    return name


def name_like(own: str, uploaded: str) -> str:
    """The file's own name, under the extension of what was uploaded."""
    old, new = PurePath(own), PurePath(uploaded)
    if old.suffix.lower() == new.suffix.lower():
        return own
    return old.stem[: LONGEST - len(new.suffix)] + new.suffix


def renamed(own: str, wanted: str) -> str:
    """What somebody wants a file to be called; its extension stays, since it says what is in it."""
    name, suffix = typed_name(wanted), PurePath(own).suffix
    if PurePath(name).suffix.lower() == suffix.lower():
        return name
    return name[: LONGEST - len(suffix)].rstrip(" .") + suffix
