"""The way to the mail server: one connection for many mails, encrypted, and given up for a while where it breaks."""

from __future__ import annotations

import smtplib
import ssl
import threading
import time
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from app.core.returned import OURS
from app.settings import Settings

CONNECT = 20  # seconds until a server counts as away
PATIENCE = 100  # seconds for all that one mail needs; less than the lease of its row
MOST = 100  # mails over one connection; many servers take no more
LOCAL = {"localhost", "127.0.0.1", "::1"}

_here = threading.local()


def send(settings: Settings, message: EmailMessage, recipient: str) -> None:
    """Send a mail over the connection that is open in this thread, or a new one.

    Raises what smtplib does. A server that can't be reached is not asked again until hang_up().
    """
    if not hasattr(_here, "line"):
        _here.line = Line(settings)
    _here.line.send(message, recipient)


def host_of(settings: Settings) -> str:
    """The mail server that the settings name; empty if there is none."""
    return urlsplit(settings.mail_url).hostname or ""


def knock(settings: Settings) -> bool:
    """Connect and sign in, and send nothing; whether nobody can read along. Raises what smtplib does."""
    server = _connect(settings)
    try:
        return isinstance(server.sock, ssl.SSLSocket)
    finally:
        server.quit()


def hang_up() -> None:
    """Close the connection of this thread: there is nothing more to send at the moment."""
    line = _here.__dict__.pop("line", None)
    if line is not None:
        line.close()


class Line:
    """A connection to the mail server of the settings, open from mail to mail."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: Any = None
        self._sent = 0
        self._trouble: Exception | None = None

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Send one mail."""
        try:
            self._send(message, recipient)
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code != 421 or self._sent == 1:
                raise
            # It wants no more over this connection, and has taken nothing of this mail.
            self._send(message, recipient)

    def close(self) -> None:
        """Say goodbye, if somebody listens."""
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._server.close()
        self._server, self._sent = None, 0

    def _send(self, message: EmailMessage, recipient: str) -> None:
        server = self._opened()
        self._sent += 1
        options = [f"ENVID={message[OURS]}", "RET=HDRS"] if server.has_extn("dsn") else []
        server.send_message(message, self._settings.sender, [recipient], options)

    def _opened(self) -> Any:
        if self._sent >= MOST or not self._answers():
            self.close()
            self._open()
        self._server.deadline = time.monotonic() + PATIENCE
        return self._server

    def _answers(self) -> bool:
        """Whether the connection of the mail before is still good."""
        if self._server is None or self._server.sock is None:
            return False
        self._server.deadline = time.monotonic() + CONNECT
        try:
            code: int = self._server.noop()[0]
        except (smtplib.SMTPException, OSError):
            return False
        return code == 250

    def _open(self) -> None:
        if self._trouble is not None:
            raise self._trouble
        try:
            self._server = _connect(self._settings)
        except (smtplib.SMTPException, OSError) as error:
            self._trouble = error
            raise


class _Patient:
    """Waits for answers as long as there is time left for the mail: a slow one must not be sent by two."""

    sock: Any
    deadline: float

    def __init__(self, *arguments: Any, **more: Any) -> None:
        self.deadline = time.monotonic() + PATIENCE
        super().__init__(*arguments, **more)

    def getreply(self) -> Any:
        left = self.deadline - time.monotonic()
        if self.sock is not None:
            self.sock.settimeout(max(left, 0.001))
        return super().getreply()  # type: ignore[misc]


class _Smtp(_Patient, smtplib.SMTP):
    pass


class _SmtpOverTls(_Patient, smtplib.SMTP_SSL):
    pass


def _connect(settings: Settings) -> Any:
    """A new connection, encrypted if the server can, signed in if the settings say as whom."""
    parts = urlsplit(settings.mail_url)
    host, user = parts.hostname or "localhost", unquote(parts.username or "")
    tls = ssl.create_default_context()
    called = {"local_hostname": settings.host, "timeout": CONNECT}
    if parts.scheme == "smtps":
        server: Any = _SmtpOverTls(host, parts.port or 465, context=tls, **called)
    else:
        server = _Smtp(host, parts.port or 587, **called)
    try:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=tls)
        if user:
            _must_be_private(server, host)
            server.login(user, unquote(parts.password or ""))
    except Exception:
        server.close()
        raise
    return server


def _must_be_private(server: Any, host: str) -> None:
    """A password goes over an encrypted connection, or stays on this machine."""
    if not isinstance(server.sock, ssl.SSLSocket) and host not in LOCAL:
        raise smtplib.SMTPNotSupportedError("The server offers no STARTTLS; no password was sent.")
