"""WebP: chunks of even length."""

from __future__ import annotations

from app.core.positions.exif import in_exif
from app.core.positions.search import Search, as_far_as_it_goes
from app.core.positions.xmp import in_xmp


@as_far_as_it_goes
def in_webp(search: Search, start: int, end: int) -> None:
    """Look through a picture."""
    at = start + 12
    while at + 8 <= end:
        head = search.read(at, at + 8)
        length = int.from_bytes(head[4:], "little")
        stop = min(at + 8 + length, end)
        if head.startswith(b"EXIF"):
            in_exif(search, at + 8, stop)
        elif head.startswith(b"XMP "):
            in_xmp(search, at + 8, stop)
        at += 8 + length + length % 2
