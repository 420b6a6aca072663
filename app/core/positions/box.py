"""Boxes: a length, a name, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.positions.search import Search, Torn


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its name stands at `name_at`, its content from `start` on."""

    kind: bytes
    name_at: int
    start: int
    end: int

    def leave_out(self, search: Search) -> None:
        """Make it a box of nothing."""
        search.leave_out(self.name_at, self.name_at + 4, b"free")
        search.leave_out(self.start, self.end)


def boxes(search: Search, start: int, end: int) -> Iterator[Box]:
    """The boxes that lie side by side. Raises Torn where one is none."""
    at = start
    while at + 8 <= end:
        head = search.read(at, at + 8)
        length, content = int.from_bytes(head[:4]), at + 8
        if length == 1:
            length, content = int.from_bytes(search.read(at + 8, at + 16)), at + 16
        stop = at + length if length else end
        if stop < content:
            raise Torn
        yield Box(head[4:], at + 4, content, min(stop, end))
        at = stop
