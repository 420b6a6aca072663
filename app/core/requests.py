"""Every request has an id: it stands in the answer, on error pages and in each line of the log."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, request

from app.core import logs
from app.core.counts import Counts
from app.settings import Settings

log = logging.getLogger(__name__)

HEADER = "X-Request-Id"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
NOTED = "foyer.noted"


@dataclass(slots=True)
class Noted:
    """What Flask knows of a request, for who has to say how it went."""

    id: str
    endpoint: str = ""
    route: str = ""
    person: str = ""
    status: int = 500


class Requests:
    """The WSGI application around Flask's that numbers, times and counts."""

    def __init__(self, app: Flask) -> None:
        self._settings: Settings = app.extensions["settings"]
        self._counts: Counts | None = app.extensions["counts"]
        self._inner = app.wsgi_app

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        noted = environ[NOTED] = Noted(self._id_of(environ))
        logs.begin(request=noted.id)
        began = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            noted.status = int(status[:3])
            return start_response(status, [*headers, (HEADER, noted.id)], *more)

        try:
            return self._inner(environ, start)
        finally:
            self._finish(noted, environ, time.perf_counter() - began)

    def _finish(self, noted: Noted, environ: Any, seconds: float) -> None:
        if self._counts is not None:
            self._counts.note(noted.endpoint, noted.status, seconds)
        if log.isEnabledFor(logging.INFO):
            _tell(noted, environ, seconds)

    def _id_of(self, environ: Any) -> str:
        """The id that a trusted proxy gave, or a new one."""
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._settings.proxies else ""
        return given if GIVEN.fullmatch(given) else secrets.token_hex(8)


def init_app(app: Flask) -> None:
    """Number all requests, and let Flask say what it knows of them."""
    settings: Settings = app.extensions["settings"]
    app.extensions["counts"] = Counts(settings.instance) if settings.metrics_from else None
    app.wsgi_app = Requests(app)  # type: ignore[method-assign]
    app.after_request(_note)
    app.jinja_env.globals["request_id"] = request_id


def request_id() -> str:
    """The id of the current request."""
    noted: Noted | None = request.environ.get(NOTED) if request else None
    return noted.id if noted else ""


def note_person(public_id: str) -> None:
    """Say who asks; whoever signs people in knows it."""
    g.person_of_request = public_id


def _note(response: Response) -> Response:
    noted: Noted | None = request.environ.get(NOTED)
    if noted is not None:
        noted.endpoint = request.endpoint or ""
        noted.route = request.url_rule.rule if request.url_rule else ""
        noted.person = g.get("person_of_request", "")
    return response


def _tell(noted: Noted, environ: Any, seconds: float) -> None:
    # Never the address itself: it may carry a token.
    facts = {
        "method": environ["REQUEST_METHOD"],
        "route": noted.route,
        "status": noted.status,
        "ms": round(seconds * 1000, 1),
        "person": noted.person,
        "address": environ.get("REMOTE_ADDR", ""),
    }
    log.info("%s %s", noted.status, noted.endpoint or "-", extra={logs.FACTS: facts})
