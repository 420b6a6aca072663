"""Addresses: full ones for mails, from the configured host and never the request's; local ones to go back to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def full_url(endpoint: str, **values: Any) -> str:
    """The address of a page as it stands in a mail; also where there is no request, as in a worker."""
    base: str = current_app.extensions["settings"].url
    anchor = values.pop("_anchor", "")
    path = current_app.url_map.bind(urlsplit(base).netloc).build(endpoint, values)
    return f"{base}{path}#{anchor}" if anchor else base + path


def local_path(raw: str | None) -> str:
    """`raw` if it is a path on this site, else an empty string: never another host, never a scheme."""
    if not raw or len(raw) > 1000 or not raw.startswith("/") or raw.startswith(("//", "/\\")):
        return ""
    if any(ord(character) < 32 or character == "\\" for character in raw):
        return ""
    parts = urlsplit(raw)
    return "" if parts.scheme or parts.netloc else raw
