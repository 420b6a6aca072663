"""Stored bytes as an HTTP answer: in ranges, unchanged ones not at all, and never as a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any, BinaryIO
from urllib.parse import quote

from flask import Response, current_app, redirect, request
from werkzeug.wsgi import wrap_file

from app.core.filenames import ascii_name, safe_name
from app.core.storage import storage

# The only types that a browser may show, with what they are called then: none of them can run.
SHOWN = {
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/gif": "image/gif",
    "image/webp": "image/webp",
    "image/avif": "image/avif",
    "application/pdf": "application/pdf",
    "text/plain": "text/plain; charset=utf-8",
    "text/markdown": "text/plain; charset=utf-8",
    "text/csv": "text/plain; charset=utf-8",
    "video/mp4": "video/mp4",
    "video/webm": "video/webm",
    "video/ogg": "video/ogg",
    "audio/mp4": "audio/mp4",
    "audio/mpeg": "audio/mpeg",
    "audio/ogg": "audio/ogg",
    "audio/wav": "audio/wav",
}
RUNS = re.compile(
    r"text/(?!plain$|csv$|markdown$).*|.*(?:html|svg|script|[/+]xml$).*", re.IGNORECASE
)
TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'"
ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(?:\d+-\d*|-\d+)\s*", re.ASCII | re.IGNORECASE)
SIGNED_FOR = 60  # seconds; it has to begin within them, not to end


def send(
    key: str,
    *,
    filename: str,
    content_type: str,
    size: int,
    etag: str,
    as_attachment: bool = True,
    modified: datetime | None = None,
) -> Response:
    """Answer with what is stored under `key`; `etag` is its SHA-256.

    A type that could run in a browser becomes an attachment, whatever was asked for. The caller has
    checked that the person may have the file.
    """
    inline = not as_attachment and shows(content_type)
    mime_type = _mime_type(content_type, inline)
    disposition = content_disposition("inline" if inline else "attachment", filename)
    response = _answer(mime_type, disposition, size, etag, modified)
    if inline:
        response.headers["Content-Security-Policy"] = SANDBOX
    if request.method == "HEAD" or response.status_code not in (200, 206):
        return response
    accel_prefix = current_app.extensions["settings"].accel_prefix
    if accel_prefix and storage().local_path(key):
        return _handed_to_nginx(response, f"{accel_prefix.rstrip('/')}/{key}")
    # What pages show comes from our own address, as their content policy asks.
    url = None
    if not inline:
        url = storage().signed_url(
            key, content_type=mime_type, disposition=disposition, seconds=SIGNED_FOR
        )
    return _sent_to_bucket(url) if url else _with_bytes(response, key, size)


def shows(content_type: str) -> bool:
    """Whether a browser may show this type by itself."""
    return content_type in SHOWN


def content_disposition(kind: str, filename: str) -> str:
    """The header that names a download: for every browser, and in full for all that can read it."""
    name = safe_name(filename)
    fallback = ascii_name(name)
    header = f'{kind}; filename="{fallback}"'
    if fallback != name:
        header += f"; filename*=UTF-8''{quote(name, safe='!#$&+-.^_`|~')}"
    return header


class Slice:
    """A part of an open file. It has a descriptor, so that servers can let the kernel send it."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self.file = file
        self.left = length
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(piece)
        return piece

    def fileno(self) -> int:
        return self.file.fileno()

    def close(self) -> None:
        self.file.close()


def _mime_type(content_type: str, inline: bool) -> str:
    if inline:
        return SHOWN[content_type]
    harmless = TYPE.fullmatch(content_type) and not RUNS.fullmatch(content_type)
    return content_type if harmless else "application/octet-stream"


def _answer(
    mime_type: str, disposition: str, size: int, etag: str, modified: datetime | None
) -> Response:
    """The headers, and the status that the browser's conditions lead to. Raises 416."""
    response = Response(direct_passthrough=True)
    response.headers["Content-Type"] = mime_type
    response.headers["Content-Disposition"] = disposition
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Kept by the person's browser, but asked for each time: a right that was taken counts at once.
    response.headers["Cache-Control"] = "private, no-cache, no-transform"
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = size
    if modified:
        response.last_modified = modified
    response.set_etag(etag)
    environ: dict[str, Any] = dict(request.environ)
    if not ONE_RANGE.fullmatch(environ.get("HTTP_RANGE", "")):
        # Several ranges, or what is none: all of it is a right answer too.
        environ.pop("HTTP_RANGE", None)
    response.make_conditional(environ, accept_ranges=True, complete_length=size)
    if response.status_code == 412:
        response.content_length = 0
    return response


def _handed_to_nginx(response: Response, path: str) -> Response:
    """nginx sends the file, and cuts the range by itself."""
    response.status_code = 200
    response.headers["X-Accel-Redirect"] = path
    for name in ("Content-Length", "Content-Range"):
        response.headers.pop(name, None)
    return response


def _sent_to_bucket(url: str) -> Response:
    response = current_app.make_response(redirect(url))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _with_bytes(response: Response, key: str, size: int) -> Response:
    start, stop = response.content_range.start or 0, response.content_range.stop or size
    if storage().local_path(key):
        part = Slice(storage().open(key), start, stop - start)
        response.response = wrap_file(request.environ, part)  # type: ignore[arg-type]
    else:
        response.response = _begun(storage().read(key, start, stop))
    return response


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces; the first is fetched now, while an error can still be answered."""
    return chain([next(pieces, b"")], pieces)
