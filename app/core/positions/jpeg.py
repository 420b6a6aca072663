"""JPEG: segments before the picture; after it, phones put further pictures, or a short film."""

from __future__ import annotations

import re

from app.core.positions.boxes import in_boxes
from app.core.positions.exif import in_exif
from app.core.positions.search import Search, as_far_as_it_goes
from app.core.positions.xmp import in_xmp

EXIF = b"Exif\0"
XMP = b"http://ns.adobe.com/x"  # xap/1.0/, xmp/extension/
APP1, START_OF_SCAN, END = 0xE1, 0xDA, 0xD9
ALONE = {0x01, *range(0xD0, 0xD9)}
"""Markers that nothing belongs to."""
FURTHER = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|ftyp")
PIECE = 1_000_000


@as_far_as_it_goes
def in_jpeg(search: Search, start: int, end: int) -> None:
    """Look through a photo, and through what lies behind it."""
    at = _in_segments(search, start, end)
    while at < end:
        piece = search.read(at, min(at + PIECE, end))
        found = FURTHER.search(piece)
        if found is None:
            at += max(len(piece) - 3, 1) if at + len(piece) < end else len(piece)
        elif found[0] == b"ftyp":
            in_boxes(search, at + found.start() - 4, end)
            at += found.end()
        else:
            at = max(_in_segments(search, at + found.start(), end), at + found.end())


def _in_segments(search: Search, start: int, end: int) -> int:
    """Look through the segments of one picture; returns where they end."""
    at = start + 2
    while at + 4 <= end:
        sign, marker, *length = search.read(at, at + 4)
        if sign != 0xFF or marker in (START_OF_SCAN, END):
            break
        if marker in ALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
        else:
            stop = at + 2 + int.from_bytes(length)
            if marker == APP1:
                _in_segment(search, at + 4, min(stop, end))
            at = stop
    return at


@as_far_as_it_goes
def _in_segment(search: Search, start: int, end: int) -> None:
    head = search.read(start, min(start + len(XMP), end))
    if head.startswith(EXIF):
        in_exif(search, start, end)
    elif head == XMP:
        in_xmp(search, start, end)
