"""Items: what photos in boxes (HEIC, AVIF) hold beside the picture, and where in the file each of them lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.core.positions.box import Box, boxes
from app.core.positions.exif import in_exif
from app.core.positions.search import Search, Torn
from app.core.positions.xmp import in_xmp

EXIF, MIME = b"Exif", b"mime"
IN_FILE, IN_DATA = 0, 1


@dataclass(frozen=True, slots=True)
class Item:
    """Something that lies in pieces of a file, counted from its start or from that of `idat`."""

    number: int
    method: int
    pieces: list[tuple[int, int]]


def in_items(search: Search, origin: int, inside: Mapping[bytes, Box]) -> None:
    """Look through the Exif data and the XMP of a photo."""
    kinds = dict(_kinds(search, inside[b"iinf"]))
    begins = {IN_FILE: origin}
    if b"idat" in inside:
        begins[IN_DATA] = inside[b"idat"].start
    for item in _items(search, inside[b"iloc"]):
        if item.number in kinds and item.method in begins:
            _in_item(search, item, kinds[item.number], begins[item.method])


def _in_item(search: Search, item: Item, kind: bytes, begin: int) -> None:
    for at, length in item.pieces:
        start, end = begin + at, begin + at + length
        if kind == MIME:
            in_xmp(search, start, end)
        elif len(item.pieces) == 1:
            in_exif(search, start, end)
        else:  # Torn apart it can't be read; how the picture lies is said elsewhere, too.
            search.leave_out(start, end)


def _kinds(search: Search, box: Box) -> Iterator[tuple[int, bytes]]:
    """The numbers of the items that are Exif data or XML, and which of both."""
    is_short = search.read(box.start, box.start + 1) == b"\0"
    for item in boxes(search, box.start + (6 if is_short else 8), box.end):
        version = search.read(item.start, item.start + 1)[0]
        if version in (2, 3):
            wide = 4 if version == 3 else 2
            head = search.read(item.start + 4, item.start + 4 + wide + 6)
            if head[-4:] in (EXIF, MIME):
                yield int.from_bytes(head[:wide]), head[-4:]


def _items(search: Search, box: Box) -> Iterator[Item]:
    table = Table(search.read(box.start, box.end))
    version, _flags = table.number(1), table.number(3)
    sizes, more = table.number(1), table.number(1)
    offset, length, base, index = sizes >> 4, sizes & 15, more >> 4, more & 15 if version else 0
    if not offset and not length:
        raise Torn
    wide = 2 if version < 2 else 4
    for _item in range(table.number(wide)):
        number = table.number(wide)
        method = table.number(2) & 15 if version else IN_FILE
        _reference, begin = table.number(2), table.number(base)
        pieces = []
        for _piece in range(table.number(2)):
            table.number(index)
            pieces.append((begin + table.number(offset), table.number(length)))
        yield Item(number, method, pieces)


class Table:
    """Numbers that follow one another."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def number(self, length: int) -> int:
        """The next number of so many bytes. Raises Torn if there are no more."""
        found = self.content[self.at : self.at + length]
        if len(found) < length:
            raise Torn
        self.at += length
        return int.from_bytes(found)
