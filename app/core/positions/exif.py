"""Exif: directories of tags, as TIFF files have them. One of them is the position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.core.positions.search import Search, as_far_as_it_goes
from app.core.positions.xmp import in_xmp

HEADER = re.compile(rb"II\*\0|MM\0\*")
HEADER_WITHIN = 80
POSITION, XMP = 0x8825, 0x02BC
LENGTHS = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""How many bytes a value of a type has, if not one."""


@dataclass(frozen=True, slots=True)
class Tiff:
    """A TIFF file, or what is built like one within another; places in it count from its start."""

    search: Search
    start: int
    end: int
    order: Literal["little", "big"]

    def number(self, content: bytes) -> int:
        return int.from_bytes(content, self.order)

    def read(self, at: int, length: int) -> bytes:
        return self.search.read(self.start + at, self.start + at + length)

    def leave_out(self, at: int, length: int) -> None:
        start = self.start + at
        self.search.leave_out(start, min(start + length, self.end))

    def directory(self, at: int) -> tuple[list[Entry], int]:
        """The entries of a directory, and where the next one is."""
        count = self.number(self.read(at, 2))
        content = self.read(at + 2, 12 * count)
        entries = [self._entry(content[place : place + 12]) for place in range(0, 12 * count, 12)]
        following = at + 2 + 12 * count
        has_more = self.start + following + 4 <= self.end
        return entries, self.number(self.read(following, 4)) if has_more else 0

    def directories(self) -> Iterator[list[Entry]]:
        """All directories that follow one another."""
        at, seen = self.number(self.read(4, 4)), set[int]()
        while at and at not in seen:
            seen.add(at)
            entries, at = self.directory(at)
            yield entries

    def _entry(self, content: bytes) -> Entry:
        tag, kind, count, value = content[:2], content[2:4], content[4:8], content[8:]
        length = LENGTHS.get(self.number(kind), 1) * self.number(count)
        return Entry(self.number(tag), length, self.number(value))


@dataclass(frozen=True, slots=True)
class Entry:
    """A tag; a value of more than four bytes lies elsewhere, at `value`."""

    tag: int
    length: int
    value: int


@as_far_as_it_goes
def in_exif(search: Search, start: int, end: int) -> None:
    """Look through Exif data; what comes before them differs from format to format."""
    head = search.read(start, min(start + HEADER_WITHIN, end))
    if begins := HEADER.search(head):
        in_tiff(search, start + begins.start(), end)


@as_far_as_it_goes
def in_tiff(search: Search, start: int, end: int) -> None:
    """Look through a TIFF file."""
    order: Literal["little", "big"] = "little" if search.read(start, start + 2) == b"II" else "big"
    tiff = Tiff(search, start, end, order)
    for entries in tiff.directories():
        for entry in entries:
            if entry.tag == POSITION:
                _leave_out(tiff, entry.value)
            elif entry.tag == XMP and entry.length > 4:
                begin = start + entry.value
                in_xmp(search, begin, min(begin + entry.length, end))


def _leave_out(tiff: Tiff, at: int) -> None:
    """Make the directory of the position an empty one, and its values nothing."""
    entries, _next = tiff.directory(at)
    for entry in entries:
        if entry.length > 4:
            tiff.leave_out(entry.value, entry.length)
    if entries:
        tiff.leave_out(at, 2 + 12 * len(entries))
