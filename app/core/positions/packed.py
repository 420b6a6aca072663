"""Exif and XMP that some programs pack into texts of a PNG: as hexadecimal digits, or compressed."""

from __future__ import annotations

import re
import zlib
from io import BytesIO

from app.core.positions.exif import in_exif
from app.core.positions.search import Enough, Search
from app.core.positions.xmp import in_xmp

PACKED = re.compile(rb"Raw profile type (?:exif|APP1|xmp)\0|XML:com\.adobe\.xmp\0\x01")
DIGITS = re.compile(rb"\s*\w+\s+\d+\s+([0-9a-fA-F\s]*)")
MOST = 1_000_000


def tells(kind: bytes, content: bytes) -> bool:
    """Whether a position is packed into a text. It can't be changed there, so all of it has to go then."""
    search = Search(BytesIO(_unpacked(kind, content)))
    try:
        for look in (in_exif, in_xmp):
            look(search, 0, search.size)
    except Enough:
        pass
    return bool(search.spots)


def _unpacked(kind: bytes, content: bytes) -> bytes:
    text = content.partition(b"\0")[2]
    if kind == b"iTXt":  # Two flags come first, then a language and the keyword in it.
        return _decompressed(text[2:].split(b"\0", 2)[-1])
    found = DIGITS.match(_decompressed(text[1:]) if kind == b"zTXt" else text)
    digits = b"".join(found[1].split()) if found else b""
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


def _decompressed(content: bytes) -> bytes:
    """What was compressed, at most MOST bytes of it: a few can become very many."""
    try:
        return zlib.decompressobj().decompress(content, MOST)
    except zlib.error:
        return b""
