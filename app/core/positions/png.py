"""PNG: chunks, each with a checksum of its own."""

from __future__ import annotations

import zlib

from app.core.positions.exif import in_exif
from app.core.positions.packed import PACKED, tells
from app.core.positions.search import Search, as_far_as_it_goes
from app.core.positions.xmp import in_xmp

NOTHING = b"voId"  # no name of any chunk: readers pass over it
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
PLAIN_XMP = b"XML:com.adobe.xmp\0\0"


@as_far_as_it_goes
def in_png(search: Search, start: int, end: int) -> None:
    """Look through a picture."""
    at = start + 8
    while at + 12 <= end:
        head = search.read(at, at + 8)
        stop = at + 8 + int.from_bytes(head[:4])
        if head[4:] == b"eXIf" or head[4:] in TEXTS:
            _in_chunk(search, head[4:], at + 4, stop)
        at = stop + 4


@as_far_as_it_goes
def _in_chunk(search: Search, kind: bytes, start: int, end: int) -> None:
    """Look through a chunk from its name on; its checksum, behind it, is that of what stays."""
    before = len(search.spots)
    head = search.read(start + 4, min(start + 40, end))
    if kind == b"eXIf":
        in_exif(search, start + 4, end)
    elif head.startswith(PLAIN_XMP):
        in_xmp(search, start + 4, end)
    elif PACKED.match(head) and tells(kind, search.read(start + 4, end)):
        search.leave_out(start, start + 4, NOTHING)
        search.leave_out(start + 4, end)
    if spots := search.spots[before:]:
        content = search.read(start, end)
        for spot in spots:
            content = spot.over(content, start)
        search.leave_out(end, end + 4, zlib.crc32(content).to_bytes(4))
