"""Several stored files as one ZIP, made while it goes out: of known length, in constant memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Self

from flask import Response, request
from zipstream import ZipStream

from app.core.downloads import content_disposition
from app.core.filenames import as_seen, safe_name
from app.core.storage import Storage, storage


@dataclass(frozen=True, slots=True)
class Member:
    """What is called so in a folder of the archive (`Druck/A2/`): a stored file or, without a key, these bytes."""

    name: str
    key: str
    size: int
    content: bytes = b""
    folder: str = ""

    @classmethod
    def made(cls, name: str, content: bytes, folder: str = "") -> Self:
        """A member that is stored nowhere."""
        return cls(name, "", len(content), content, folder)


def send_zip(members: Sequence[Member], filename: str) -> Response:
    """Answer with an archive of these files. The caller has checked that the person may have them.

    Nothing is compressed: what agencies send is so already, and only then is the length known.
    """
    archive, home = ZipStream(sized=True), storage()
    for name, member in zip(_paths(members), members, strict=True):
        archive.add(_Content(home, member), name, size=member.size)
    response = Response(archive if request.method == "GET" else (), mimetype="application/zip")
    response.content_length = len(archive)
    response.headers["Content-Disposition"] = content_disposition("attachment", filename)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store, no-transform"
    response.headers["Accept-Ranges"] = "none"
    return response


def told_apart(names: Sequence[str]) -> list[str]:
    """Safe names that no file system takes for the same; the second of two gets a number."""
    taken: set[str] = set()
    return [_free(safe_name(name), taken) for name in names]


def _paths(members: Sequence[Member]) -> list[str]:
    """The ways to the members; none is called as a folder beside it is."""
    taken: dict[str, set[str]] = defaultdict(set)
    for folder in {each.folder for each in members}:
        way = ""
        for name in folder.split("/")[:-1]:
            taken[way].add(as_seen(name))
            way += f"{name}/"
    return [each.folder + _free(safe_name(each.name), taken[each.folder]) for each in members]


@dataclass(frozen=True, slots=True)
class _Content:
    """The bytes of a member, which are asked for when it is their turn."""

    home: Storage
    member: Member

    def __iter__(self) -> Iterator[bytes]:
        if self.member.key:
            return self.home.read(self.member.key, 0, self.member.size)
        return iter([self.member.content])


def _free(wanted: str, taken: set[str]) -> str:
    path, name, count = PurePath(wanted), wanted, 1
    while as_seen(name) in taken:
        count += 1
        name = f"{path.stem} ({count}){path.suffix}"
    taken.add(as_seen(name))
    return name
