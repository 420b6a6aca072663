"""Many mails go over one connection; and what breaks on the way stops neither the others nor the worker."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.core import clock, worker
from tests.builders import a_mail, an_agency, point_mail_to
from tests.services import SmtpServer

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def server(app: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> SmtpServer:
    """The mail server that the settings name."""
    an_agency()
    point_mail_to(app, monkeypatch, smtp.url)
    return smtp


def test_many_mails_go_over_one_connection(server: SmtpServer) -> None:
    for _ in range(20):
        a_mail()
    worker.run_once()
    assert (len(server.received), server.connections) == (20, 1)


def test_a_connection_is_not_kept_once_all_is_sent(server: SmtpServer) -> None:
    for _ in range(2):
        a_mail()
        worker.run_once()
    assert (len(server.received), server.connections) == (2, 2)


def test_what_is_refused_does_not_end_the_connection(server: SmtpServer) -> None:
    server.refused["gone@kunde.de"] = "550 5.1.1 No such person here"
    server.fail("250 OK", "550 5.7.1 Not this one", "451 4.7.1 Later")
    a_mail()
    mails = [a_mail(), a_mail(), a_mail("gone@kunde.de"), a_mail()]
    worker.run_once()
    assert len(server.received) == 2
    assert [bool(each.failed_at) for each in mails] == [True, False, True, False]
    assert server.connections == 1


def test_a_server_that_takes_too_long_gets_the_same_mail_again(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.smtp.PATIENCE", 0.5)
    server.fail("slow")
    mail = a_mail()
    worker.run_once()
    assert "timed out" in mail.problem and mail.due_at > clock.now()
    monkeypatch.setattr("app.core.smtp.PATIENCE", 100)
    with time_machine.travel(mail.due_at + timedelta(seconds=1)):
        worker.run_once()
    first, second = (str(each.message["Message-ID"]) for each in server.received)
    assert first == second == mail.message_id and mail.sent_at


def test_after_a_dropped_connection_the_others_go_over_a_new_one(server: SmtpServer) -> None:
    server.fail("250 OK", "drop")
    mails = [a_mail(), a_mail(), a_mail()]
    worker.run_once()
    assert [bool(each.sent_at) for each in mails] == [True, False, True]
    assert "SMTPServerDisconnected" in mails[1].problem
    assert server.connections == 2


def test_a_server_that_takes_few_mails_over_a_connection_gets_the_rest_over_others(
    server: SmtpServer,
) -> None:
    server.tired_after = 3
    mails = [a_mail() for _ in range(8)]
    worker.run_once()
    assert all(each.sent_at for each in mails)
    assert len(server.received) == 8


def test_a_server_that_is_away_is_asked_once_and_not_for_each_mail(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_agency()
    mails = [a_mail() for _ in range(5)]
    with a_server_that_hangs_up() as (address, calls):
        point_mail_to(app, monkeypatch, address)
        worker.run_once()
        assert len(calls) == 1
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            worker.run_once()
        assert len(calls) == 2
    assert all(each.due_at and "SMTPServerDisconnected" in each.problem for each in mails)


def test_a_mail_outlives_a_long_weekend_without_a_server(
    app: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_agency()
    point_mail_to(app, monkeypatch, "smtp://127.0.0.1:1")
    mail, friday = a_mail(), clock.now()
    while mail.due_at and mail.due_at < friday + timedelta(days=3):
        with time_machine.travel(mail.due_at + timedelta(seconds=1)):
            worker.run_once()
    assert mail.failed_at is None
    point_mail_to(app, monkeypatch, smtp.url)
    with time_machine.travel(mail.due_at + timedelta(seconds=1)):
        worker.run_once()
    assert mail.sent_at


@contextmanager
def a_server_that_hangs_up() -> Iterator[tuple[str, list[Any]]]:
    """Whoever calls is hung up on without a word; with a list of the calls."""
    calls: list[Any] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                caller, place = listener.accept()
            except OSError:
                return
            calls.append(place)
            caller.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}", calls
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
