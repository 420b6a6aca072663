"""What a file is called beside others, and in its versions."""

from __future__ import annotations

from collections.abc import Container
from pathlib import PurePath

from app.core.filenames import LONGEST

ROOM = 40  # for a number and an extension


def beginning_of(name: str) -> str:
    """What all names begin with that this one could get from `free_name`."""
    return PurePath(name).stem[: LONGEST - ROOM]


def extension_of(name: str) -> str:
    """The end of a name, for a tile: `pdf`."""
    return PurePath(name).suffix.removeprefix(".")


def free_name(wanted: str, taken: Container[str]) -> str:
    """The name, or if it is taken, the name with the first number that is free: `Poster (2).pdf`."""
    path = PurePath(wanted)
    name, count = wanted, 1
    while name in taken:
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
