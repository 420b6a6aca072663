"""tus 1.0.0, as far as it is words: headers read and written. https://tus.io/protocols/resumable-upload"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest, PreconditionFailed, UnsupportedMediaType
from werkzeug.http import http_date

from app.blueprints.files.pieces import ALGORITHMS
from app.blueprints.files.transfers import Transfer
from app.blueprints.files.uploads import upload_limit
from app.core.errors import Conflict
from app.core.storage import TooLarge

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
PIECES = "application/offset+octet-stream"
LONGEST_METADATA = 4000
NUMBER = re.compile(r"[0-9]{1,18}")
SHA256 = re.compile(r"[0-9a-f]{64}")
View = TypeVar("View", bound=Callable[..., Any])


class WrongOffset(Conflict):
    """The piece does not begin where the last one ended."""

    sentence = _l("The upload has to go on from another place.")


def speaks_tus(view: View) -> View:
    """Mark a view that speaks this version of the protocol, and no other."""

    @wraps(view)
    def speaking(*args: Any, **values: Any) -> Any:
        if request.headers.get("Tus-Resumable") != VERSION:
            raise PreconditionFailed
        return view(*args, **values)

    speaking.tus = True  # type: ignore[attr-defined]
    return speaking  # type: ignore[return-value]


def with_version(response: Response) -> Response:
    """Every answer says which version is spoken, and none is kept."""
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == 412:
        response.headers["Tus-Version"] = VERSION
    return response


def abilities() -> Response:
    """What can be done here."""
    response = Response(status=204)
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Max-Size"] = str(upload_limit())
    response.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


def standing(transfer: Transfer, status: int) -> Response:
    """How far a transfer has come, and until when it waits."""
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(transfer.offset)
    if not transfer.is_done:
        response.headers["Upload-Expires"] = http_date(transfer.expires_at)
    return response


def length() -> int:
    """How long the file will be. Lengths that follow later are not taken."""
    return _number("Upload-Length")


def place_of(transfer: Transfer) -> int:
    """Where the piece that comes begins: where the transfer ends. Raises WrongOffset, or TooLarge at once."""
    if request.mimetype != PIECES:
        raise UnsupportedMediaType
    offset = _number("Upload-Offset")
    if offset != transfer.offset:
        raise WrongOffset
    must_have_room(transfer.size - offset)
    return offset


def must_have_room(room: int) -> None:
    """Raise TooLarge if more is about to come than was announced."""
    if (request.content_length or 0) > room:
        raise TooLarge


def metadata() -> dict[str, str]:
    """What the sender says of the file; names without a value are left out."""
    header = request.headers.get("Upload-Metadata", "")
    if len(header) > LONGEST_METADATA:
        raise BadRequest
    pairs = (pair.strip().partition(" ") for pair in header.split(",") if pair.strip())
    return {name: _decoded(value) for name, _space, value in pairs if value}


def checksum_in(told: dict[str, str]) -> str:
    """The hash of the whole file that the sender wants to be met; may be none."""
    wanted = told.get("sha256", "").lower()
    if wanted and not SHA256.fullmatch(wanted):
        raise BadRequest
    return wanted


def _number(header: str) -> int:
    raw = request.headers.get(header, "")
    if not NUMBER.fullmatch(raw):
        raise BadRequest
    return int(raw)


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        raise BadRequest from None
