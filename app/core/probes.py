"""What load balancers and monitors ask: is it alive (/healthz), can it serve (/readyz), how does it do (/metrics).

Answered before Flask, for any host, since they ask by the machine's address: no session, no cookie, no log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.core import metrics, schema
from app.core.database import reading
from app.settings import Settings

ALIVE = "Foyer is alive.\n"
"""By this, others know that it is Foyer who answers."""
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a probe says."""

    status: str
    body: str
    content_type: str = PLAIN


class Probes:
    """The WSGI application in front of Flask's."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._inner = app.wsgi_app
        self._probes: dict[str, Callable[[Any], Answer | None]] = {
            "/healthz": self._health,
            "/readyz": self._readiness,
        }
        if app.extensions["counts"] is not None:
            self._probes["/metrics"] = self._metrics

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        probe = self._probes.get(environ.get("PATH_INFO", ""))
        is_asked = probe is not None and environ["REQUEST_METHOD"] in ("GET", "HEAD")
        answer = probe(environ) if probe is not None and is_asked else None
        if answer is None:
            return self._inner(environ, start_response)
        body = answer.body.encode()
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(body)))]
        start_response(answer.status, [*headers, ("Cache-Control", "no-store")])
        return [body] if environ["REQUEST_METHOD"] == "GET" else []

    def _health(self, _environ: Any) -> Answer:
        return Answer("200 OK", ALIVE)

    def _readiness(self, _environ: Any) -> Answer:
        """Whether requests can be served now; if not, only by name what is missing."""
        try:
            with self._app.app_context():
                missing = "" if schema.is_current() else "migrations"
        except SQLAlchemyError:
            missing = "database"
        if missing:
            return Answer("503 Service Unavailable", f"{missing}\n")
        return Answer("200 OK", "ready\n")

    def _metrics(self, environ: Any) -> Answer | None:
        """The numbers, for who may read them; for all others there is no such page."""
        settings: Settings = self._app.extensions["settings"]
        if not _is_within(environ, settings):
            return None
        with self._app.app_context(), reading():
            text = metrics.written(self._app.extensions["counts"].total())
        return Answer("200 OK", text, "text/plain; version=0.0.4; charset=utf-8")


def _is_within(environ: Any, settings: Settings) -> bool:
    """Whether the request comes from one of the networks, and not through a proxy that nobody told us of."""
    if not settings.proxies and "HTTP_X_FORWARDED_FOR" in environ:
        return False
    try:
        address = ip_address(environ.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.metrics_networks)


def init_app(app: Flask) -> None:
    """Let the probes answer first; who asks is known only behind them, by the proxies that are trusted."""
    app.wsgi_app = Probes(app)  # type: ignore[method-assign]
