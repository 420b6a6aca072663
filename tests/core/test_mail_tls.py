"""The way to the mail server is encrypted, and only to a server that somebody vouches for."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from app.core import clock, worker
from tests import services
from tests.builders import a_mail, point_mail_to


def test_starttls_is_used_where_the_server_offers_it(
    app: Any, tls: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, url = tls
    point_mail_to(app, monkeypatch, url)
    mail = a_mail()
    worker.run_once()
    assert mail.sent_at, mail.problem
    assert server.encrypted == [True]


def test_smtps_is_encrypted_from_the_first_byte_on_and_signs_in(
    app: Any, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = Encrypted()
    with a_controller(
        handler,
        ssl_context=server_context(certificate),
        authenticator=handler.sign_in,
        auth_require_tls=False,  # aiosmtpd knows of STARTTLS only.
    ) as port:
        trust(certificate, monkeypatch)
        point_mail_to(app, monkeypatch, f"smtps://portal:secret@localhost:{port}")
        mail = a_mail()
        worker.run_once()
    assert mail.sent_at, mail.problem
    assert (handler.encrypted, handler.logins) == ([True], ["portal"])


def test_a_server_with_a_certificate_that_nobody_vouches_for_gets_no_mail(
    app: Any, tls: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, url = tls
    monkeypatch.undo()
    point_mail_to(app, monkeypatch, url)
    mail = a_mail()
    worker.run_once()
    assert "CERTIFICATE_VERIFY_FAILED" in mail.problem
    assert server.encrypted == [] and mail.due_at > clock.now()


class Encrypted:
    """Notes of each mail whether it came through an encrypted connection, and who signed in."""

    def __init__(self) -> None:
        self.encrypted: list[bool] = []
        self.logins: list[str] = []

    async def handle_DATA(self, server: Any, _session: Any, _envelope: Any) -> str:
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"

    def sign_in(self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> Any:
        self.logins.append(data.login.decode())
        return AuthResult(success=True)


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch, certificate: tuple[str, str]) -> Iterator[tuple[Any, str]]:
    """A server that insists on STARTTLS, with a certificate of its own making that we trust."""
    trust(certificate, monkeypatch)
    handler, context = Encrypted(), server_context(certificate)
    with a_controller(handler, tls_context=context, require_starttls=True) as port:
        yield handler, f"smtp://localhost:{port}"


@contextmanager
def a_controller(handler: Encrypted, **options: Any) -> Iterator[int]:
    """A mail server on a port of its own."""
    port = services.free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def server_context(certificate: tuple[str, str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def trust(certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let us believe a certificate that nobody vouches for."""
    trusting = ssl.create_default_context(cafile=certificate[0])
    monkeypatch.setattr("app.core.smtp.ssl.create_default_context", lambda: trusting)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for localhost and its key, as files."""
    folder = tmp_path_factory.mktemp("tls")
    paths = (str(folder / "certificate.pem"), str(folder / "key.pem"))
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command += ["-out", paths[0], "-keyout", paths[1]]
    subprocess.run(command, check=True, capture_output=True)
    return paths
