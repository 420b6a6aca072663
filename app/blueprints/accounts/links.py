"""Addresses that know whom they are for, and where a person wanted to go."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, request

from app.blueprints.accounts.models import User
from app.core.addresses import full_url, local_path
from app.core.models import one
from app.core.tokens import sign, signed

PURPOSE = "person"


def personal_url(user: User, endpoint: str, **values: Any) -> str:
    """The full address of a page for a mail to `user`; signed out, they find their address filled in."""
    return full_url(endpoint, to=sign(PURPOSE, user.public_id), **values)


def personal_address(user: User, path: str) -> str:
    """The same for a path of ours that is known already, such as one that an event leads to."""
    place, _hash, anchor = path.partition("#")
    base = current_app.extensions["settings"].url
    address = f"{base}{place}{'&' if '?' in place else '?'}to={sign(PURPOSE, user.public_id)}"
    return f"{address}#{anchor}" if anchor else address


def person_meant(token: str | None) -> User | None:
    """The person whom a personal address was made for, if they may sign in."""
    public_id = signed(PURPOSE, token) if token else None
    return one(User.present().where(User.public_id == public_id)) if public_id else None


def wanted_path() -> str:
    """The page that the person wanted to see, or stood on when they pressed a button; empty if unknown."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return _without_person(request.full_path)
    return _without_person(page_before())


def page_before() -> str:
    """The path of the page of ours from which the request comes; empty if it says none."""
    try:
        came_from = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    except ValueError:
        return ""
    if came_from.netloc != request.host:
        return ""
    return local_path(f"{came_from.path}?{came_from.query}".rstrip("?"))


def can_be_opened(path: str) -> bool:
    """Whether there is a page at this path, rather than something that only takes a POST."""
    routes = current_app.url_map.bind(request.host)
    return bool(path) and routes.test(urlsplit(path).path, method="GET")


def _without_person(path: str) -> str:
    parts = urlsplit(path)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name != "to"
    ]
    return local_path(f"{parts.path}?{urlencode(kept)}" if kept else parts.path)
