"""The bytes of a transfer: read from a connection that may break, written once, counted when they are safe."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from werkzeug.exceptions import BadRequest, ClientDisconnected

from app.blueprints.files.transfers import Broken
from app.core.storage import Readable
from app.core.storage.draft import Pen

log = logging.getLogger(__name__)

PIECE = 128 * 1024
STEP = 8 * 1024 * 1024
"""After so many bytes they are brought to disk, and counted."""
ALGORITHMS = ("sha1", "sha256", "sha512", "md5")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the sender says that a piece hashes to."""

    running: Any
    wanted: bytes

    @classmethod
    def of(cls, header: str) -> Self | None:
        """The checksum in an Upload-Checksum header; None if there is no header."""
        if not header:
            return None
        name, _space, encoded = header.partition(" ")
        try:
            wanted = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise BadRequest from None
        if name not in ALGORITHMS:
            raise BadRequest
        return cls(hashlib.new(name, usedforsecurity=False), wanted)

    def is_met(self) -> bool:
        return bool(self.running.digest() == self.wanted)


def take_in(
    body: Readable,
    pen: Pen,
    start: int,
    room: int,
    keep: Callable[[int], None],
    checksum: Checksum | None = None,
) -> int:
    """Append what comes, at most `room` bytes, and return where the draft ends then; all of it is on disk.

    `keep` is told of each step that is safe on disk. With a checksum that counts only as a whole: what
    does not meet it is forgotten, and Broken raised.
    """
    pen.cut_to(start)
    end = safe = start
    for piece in _pieces(body, room):
        pen.write(piece)
        end += len(piece)
        if checksum:
            checksum.running.update(piece)
        elif end - safe >= STEP and end < start + room:
            pen.sync()
            keep(end)
            safe = end
    if checksum and not checksum.is_met():
        pen.cut_to(start)
        raise Broken
    pen.sync()
    return end


def _pieces(body: Readable, room: int) -> Iterator[bytes]:
    """What comes before the connection ends, in whatever way it does."""
    while room > 0:
        try:
            piece = body.read(min(PIECE, room))
        except (ClientDisconnected, OSError) as error:
            log.info("upload: the connection broke (%s)", type(error).__name__)
            return
        if not piece:
            return
        room -= len(piece)
        yield piece
