"""The address that people open: whether Foyer answers there, and by a certificate that holds."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _

from app.core import clock
from app.core.checks import Outcome, ok, problem, warning
from app.core.probes import ALIVE
from app.core.smtp import LOCAL
from app.settings import Settings

PATIENCE = 8
APART = timedelta(seconds=30)
ENDING = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from the address."""

    is_foyer: bool
    status: int
    server: str
    date: str
    certificate_left: timedelta | None


def look_at_address() -> Iterator[Outcome]:
    """Open it as a visitor would."""
    settings: Settings = current_app.extensions["settings"]
    try:
        answer = _ask(settings)
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or error
        says = _("%(url)s does not answer (%(why)s).", url=settings.url, why=why)
        advice = _("Is the web server running, and does the host name lead here?")
        yield problem(says, advice)
        return
    if not answer.is_foyer:
        said = {"url": settings.url, "server": answer.server or "?", "status": answer.status}
        says = _("At %(url)s, somebody else than Foyer answers (%(server)s, %(status)s).", **said)
        yield problem(says, _("Let the web server in front pass all requests on to Foyer."))
        return
    by = answer.server or "Foyer"
    yield ok(_("Foyer answers at %(url)s, through %(server)s.", url=settings.url, server=by))
    yield from _protection(settings, answer)
    yield from _time(answer)


def _protection(settings: Settings, answer: Answer) -> Iterator[Outcome]:
    left = answer.certificate_left
    if settings.host in LOCAL:
        says = _("Only this machine can open it; links in mails lead nowhere for others.")
        yield warning(says, _("Set FOYER_URL to the address that people are to open."))
    elif not settings.https:
        says = _("Everybody on the way can read along: there is no HTTPS.")
        yield problem(
            says, _("Get a certificate (docs/en/install.md), and set FOYER_URL to https://.")
        )
    elif left is not None and left < ENDING:
        says = _("The certificate ends in %(num)s days.", num=left.days)
        yield warning(says, _("Does its renewal run? certbot renew, or the log of Caddy."))
    if settings.https and not settings.proxies:
        says = _("Who takes HTTPS stands in front, and FOYER_PROXIES says that nobody does.")
        yield warning(
            says, _("Set FOYER_PROXIES=1, or all visitors count as one and are slowed down.")
        )


def _time(answer: Answer) -> Iterator[Outcome]:
    if answer.date and abs(parsedate_to_datetime(answer.date) - clock.now()) > APART:
        says = _("The clock there and the one of this machine are apart.")
        yield problem(says, _("Let both machines set their clocks by NTP."))


def _ask(settings: Settings) -> Answer:
    parts = urlsplit(settings.url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if settings.https:
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(
            host, parts.port, timeout=PATIENCE, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz", headers={"User-Agent": "Foyer doctor"})
        left = _left(connection.sock)
        answer = connection.getresponse()
        body = answer.read(len(ALIVE) + 1).decode(errors="replace")
        server, date = answer.getheader("Server", ""), answer.getheader("Date", "")
        return Answer(body == ALIVE, answer.status, server, date, left)
    finally:
        connection.close()


def _left(socket: object) -> timedelta | None:
    """How long the certificate still holds."""
    if not isinstance(socket, ssl.SSLSocket):
        return None
    certificate = socket.getpeercert() or {}
    ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    return timedelta(seconds=ends - time.time())
