"""A file without some of its spots, as a stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from app.core.positions.search import Spot


class Without:
    """The bytes of a file from its start on; `spots`, in their order, are left out."""

    def __init__(self, file: BinaryIO, spots: Sequence[Spot]) -> None:
        self.file = file
        self.spots = spots
        self.at = 0
        file.seek(0)

    def read(self, size: int, /) -> bytes:
        piece = self.file.read(size)
        for spot in self.spots:
            if spot.start >= self.at + len(piece):
                break
            piece = spot.over(piece, self.at)
        self.at += len(piece)
        return piece
