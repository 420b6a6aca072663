"""Looking through a file that anybody may have made: within its length, and not for ever."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import BinaryIO, Concatenate, ParamSpec

MOST_AT_ONCE = 8_000_000
MOST_SPOTS = 2_000
MOST_LEFT_OUT = 20_000_000
COST = 500  # what looking somewhere costs, in bytes that are read
START = 50_000_000

Places = ParamSpec("Places")


class Torn(Exception):
    """Something ends too early, or is not what it seemed to be."""


class Enough(Exception):
    """It goes round in circles, or says the same again and again."""


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """Bytes to be left out: from `start` up to, not including, `end` stands `fill` instead, again and again."""

    start: int
    end: int
    fill: bytes = b"\0"

    def over(self, piece: bytes, at: int) -> bytes:
        """A piece of the file that begins at `at`, without what is left out of it."""
        start, end = max(self.start, at), min(self.end, at + len(piece))
        if start >= end:
            return piece
        shift = (start - self.start) % len(self.fill)
        filled = self.fill * ((end - start) // len(self.fill) + 2)
        return piece[: start - at] + filled[shift : shift + end - start] + piece[end - at :]


class Search:
    """A file that is being looked through, and what was found in it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = file.seek(0, os.SEEK_END)
        self.spots: list[Spot] = []
        self._patience = 2 * self.size + START
        self._room = MOST_LEFT_OUT

    def read(self, start: int, end: int) -> bytes:
        """These bytes, all of them. Raises Torn if there are not so many, Enough if it takes too long."""
        if not 0 <= start <= end <= self.size or end - start > MOST_AT_ONCE:
            raise Torn
        self._patience -= end - start + COST
        if self._patience < 0:
            raise Enough
        self.file.seek(start)
        return self.file.read(end - start)

    def begins_with(self, length: int) -> bytes:
        """The first bytes, or as many as there are."""
        return self.read(0, min(length, self.size))

    def leave_out(self, start: int, end: int, fill: bytes = b"\0") -> None:
        """Note a spot, as far as it lies in the file. Raises Enough if it is too much."""
        start, end = max(start, 0), min(end, self.size)
        if start < end:
            self._room -= end - start
            if self._room < 0 or len(self.spots) == MOST_SPOTS:
                raise Enough
            self.spots.append(Spot(start, end, fill))


def as_far_as_it_goes(
    reader: Callable[Concatenate[Search, Places], None],
) -> Callable[Concatenate[Search, Places], None]:
    """Let what is torn end this reader alone: what lies beside it is looked through all the same."""

    @wraps(reader)
    def look(search: Search, /, *args: Places.args, **kwargs: Places.kwargs) -> None:
        try:
            reader(search, *args, **kwargs)
        except Torn:
            pass

    return look
