"""Boxes within boxes: films of phones (MP4, QuickTime), and photos that are built like them (HEIC, AVIF)."""

from __future__ import annotations

from app.core.positions.box import Box, boxes
from app.core.positions.exif import in_exif
from app.core.positions.items import in_items
from app.core.positions.search import Search, as_far_as_it_goes
from app.core.positions.xmp import in_xmp

HOLD_OTHERS = {b"moov", b"trak", b"udta"}
TELL = {b"\xa9xyz", b"loci"}
HOLD_XMP = {b"XMP_", b"xml "}
XMP_ID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
DEEPEST = 8
PLACE = (b"location", b"gps")


def in_boxes(search: Search, start: int, end: int) -> None:
    """Look through a film, or a photo in boxes; places in it count from its start."""
    _look(search, start, start, end, DEEPEST)


@as_far_as_it_goes
def _look(search: Search, origin: int, start: int, end: int, deep: int) -> None:
    for box in boxes(search, start, end):
        if box.kind in TELL:
            box.leave_out(search)
        elif box.kind in HOLD_OTHERS and deep:
            _look(search, origin, box.start, box.end, deep - 1)
        elif box.kind == b"meta":
            _in_meta(search, origin, box)
        elif box.kind in HOLD_XMP:
            in_xmp(search, box.start, box.end)
        elif box.kind == b"Exif":
            in_exif(search, box.start, box.end)
        elif box.kind == b"uuid" and search.read(box.start, box.start + 16) == XMP_ID:
            in_xmp(search, box.start + 16, box.end)


@as_far_as_it_goes
def _in_meta(search: Search, origin: int, meta: Box) -> None:
    # ISO puts four bytes before the first box, QuickTime does not.
    is_bare = search.read(meta.start, meta.start + 8)[4:] == b"hdlr"
    there = boxes(search, meta.start if is_bare else meta.start + 4, meta.end)
    inside = {box.kind: box for box in there}
    if b"ilst" in inside:
        _in_list(search, _keys(search, inside.get(b"keys")), inside[b"ilst"])
    if b"iinf" in inside and b"iloc" in inside:
        in_items(search, origin, inside)


def _keys(search: Search, box: Box | None) -> set[int]:
    """The numbers of those keys of a QuickTime list that are about a place."""
    if box is None:
        return set()
    keys = boxes(search, box.start + 8, box.end)
    names = [search.read(key.start, key.end).lower() for key in keys]
    return {number for number, name in enumerate(names, 1) if any(word in name for word in PLACE)}


def _in_list(search: Search, numbers: set[int], box: Box) -> None:
    for item in boxes(search, box.start, box.end):
        if item.kind in TELL or int.from_bytes(item.kind) in numbers:
            for data in boxes(search, item.start, item.end):
                if data.kind == b"data":
                    data.leave_out(search)
