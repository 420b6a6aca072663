"""XMP: what programs write about a picture, as XML. Numbers of the position become spaces."""

from __future__ import annotations

import re

from app.core.positions.search import MOST_AT_ONCE, Search, as_far_as_it_goes

# No part of it has no end: a stranger's file must not make it try for hours.
TOLD = re.compile(
    rb""":gps\w{0,60}\s{0,9}=\s{0,9}(?:"([^"<]{1,2000})"|'([^'<]{1,2000})')"""
    rb"""|:gps\w{0,60}(?:\s[^<>]{0,200})?>([^<]{1,2000})<""",
    re.IGNORECASE,
)


@as_far_as_it_goes
def in_xmp(search: Search, start: int, end: int) -> None:
    """Look through XMP, at most MOST_AT_ONCE bytes of it."""
    content = search.read(start, min(end, start + MOST_AT_ONCE))
    for found in TOLD.finditer(content):
        if found[found.lastindex or 0].strip():
            first, last = found.span(found.lastindex or 0)
            search.leave_out(start + first, start + last, b" ")
