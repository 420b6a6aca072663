"""Where a photo or a film was made, as it says itself: found in its bytes, and left out of a copy.

Nothing is decoded or written anew. The copy has the same length, and every other byte in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO

from app.core.positions.boxes import in_boxes
from app.core.positions.copy import Without
from app.core.positions.exif import in_tiff
from app.core.positions.jpeg import in_jpeg
from app.core.positions.png import in_png
from app.core.positions.search import Enough, Search, Spot
from app.core.positions.webp import in_webp

__all__ = ["Spot", "Without", "positions_in"]

HEAD = 12
READERS: tuple[tuple[re.Pattern[bytes], Callable[[Search, int, int], None]], ...] = (
    (re.compile(rb"\xff\xd8\xff"), in_jpeg),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), in_png),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), in_webp),
    (re.compile(rb"II\*\0|MM\0\*"), in_tiff),  # raw photos, too
    (re.compile(rb"....(?:ftyp|moov|mdat|wide|free|skip|JXL )", re.DOTALL), in_boxes),
)


def positions_in(file: BinaryIO) -> list[Spot]:
    """The spots of a file that tell a position, in their order; none if there are none, or if it is no picture or film.

    What is broken, or would take too long to read through, is read as far as it goes.
    """
    search = Search(file)
    head = search.begins_with(HEAD)
    reader = next((reader for begins, reader in READERS if begins.match(head)), None)
    if reader is not None:
        try:
            reader(search, 0, search.size)
        except Enough:
            pass  # What was found until here is left out all the same.
    return sorted(search.spots)
