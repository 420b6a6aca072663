"""The way to the mail server is encrypted, and only to a server that somebody vouches for."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

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
    """Notes of each mail whether it came through an encrypted connection."""

    def __init__(self) -> None:
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: Any, session: Any, _envelope: Any) -> str:
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch, certificate: tuple[str, str]) -> Iterator[tuple[Any, str]]:
    """A server that insists on STARTTLS, with a certificate of its own making that we trust."""
    server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_context.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=certificate[0])
    monkeypatch.setattr("app.core.mail.ssl.create_default_context", lambda: trusting)
    handler = Encrypted()
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=services.free_port(),
        tls_context=server_context,
        require_starttls=True,
    )
    controller.start()
    try:
        yield handler, f"smtp://localhost:{controller.port}"
    finally:
        controller.stop()


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
