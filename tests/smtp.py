"""A real SMTP server inside the tests: it keeps what it gets, and fails when it is told to."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"


@dataclass(frozen=True)
class Received:
    """One mail as the server got it: the envelope, and what was in it."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain-text part."""
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        """The HTML part."""
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""


class SmtpServer:
    """What a test sees of the server.

    `faults` are used up one for each mail: an answer such as "451 Try again later" or "550 No such
    person"; "drop" hangs up before the mail is kept; "drop after" keeps it, and hangs up without an
    answer; "slow" keeps it, and answers late. Of passwords it takes `password` alone, if there is one.
    `refused` addresses get that answer as recipients, always. After `tired_after` mails, a connection
    takes no more (421). `connections` counts how many there were.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.faults: deque[str] = deque()
        self.refused: dict[str, str] = {}
        self.logins: list[tuple[str, str]] = []
        self.password = ""
        self.connections = 0
        self.tired_after = 1000
        self.url = ""

    def fail(self, *faults: str) -> None:
        """Let the next mails fail in this order."""
        self.faults.extend(faults)

    async def handle_MAIL(
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        mails = vars(session).setdefault("mails", [])
        self.connections += not mails
        mails.append(address)
        if len(mails) > self.tired_after:
            return "421 4.7.0 Too many mails over one connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return OK

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        fault = self.faults.popleft() if self.faults else OK
        if fault in (OK, "drop after", "slow"):
            self.received.append(_received(envelope))
        if fault.startswith("drop"):
            server.transport.abort()
        if fault == "slow":
            await asyncio.sleep(2)
            fault = OK
        return fault

    def _login(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        is_right = self.password in ("", data.password.decode())
        return AuthResult(success=is_right, handled=False)


class _Controller(Controller):
    """aiosmtpd's server in a thread, on the port that the system chose."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """Run an SMTP server; its `url` is what FOYER_MAIL_URL takes. Any name and password will do."""
    smtp = SmtpServer()
    controller = _Controller(
        smtp,
        hostname="127.0.0.1",
        port=0,
        authenticator=smtp._login,
        auth_require_tls=False,
        decode_data=False,
        enable_SMTPUTF8=True,
    )
    controller.start()
    smtp.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield smtp
    finally:
        controller.stop()


def _received(envelope: Envelope) -> Received:
    content = envelope.content
    assert isinstance(content, bytes)
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), message)
