"""Databases that are locked or start again: requests wait or say so, and nothing is half-done."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.browser.portal import Portal
from tests.conftest import empty_database, migrate
from tests.faults import LONG
from tests.faults.after import must_be_sound
from tests.faults.invariants import broken
from tests.faults.office import Busy, Office
from tests.services import SmtpServer, control_postgres, postgres_server

LOCKED = 10 if LONG else 3
TOO_LONG = 20  # seconds; the database is waited for 15
RESTARTS = 20


def test_while_the_database_is_locked_who_reads_goes_on_and_who_writes_waits(
    tmp_path: Path,
) -> None:
    portal = Portal(tmp_path, like=empty_database().parent)
    portal.start("web")
    try:
        office = Office.of(portal)
        writing = threading.Thread(target=office.give, args=("Plakat.bin", b"Plakat"))
        with locked(tmp_path):
            writing.start()
            begun = time.monotonic()
            office.annette.ask("GET", "/help")
            assert time.monotonic() - begun < LOCKED
            time.sleep(LOCKED - (time.monotonic() - begun))
            assert office.said == {}
        writing.join()
        assert office.said["form"] and office.lost() == []
        if LONG:
            with locked(tmp_path):
                answer = office.jana.visitor.ask("POST", f"{office.at}/approvals", b"")
            assert answer.status == 503 and "Nothing is lost" in answer.text
        with office.app.app_context():
            assert broken() == []
    finally:
        portal.stop()


@pytest.mark.skipif(not LONG, reason="It takes long: bin/test faults")
def test_postgresql_may_start_again_at_any_moment(tmp_path: Path, smtp: SmtpServer) -> None:
    with postgres_server() as server:
        plain = server.replace("+psycopg", "")
        with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE foyer")
            # The server of the tests trusts the machine; here it dies, so commits are waited for.
            connection.execute("ALTER ROLE foyer SET synchronous_commit = on")
        address = f"{server}/foyer"
        (tmp_path / "none").mkdir()
        migrate(tmp_path / "none", address)
        settings = {"FOYER_DATABASE_URL": address, "FOYER_MAIL_URL": smtp.url}
        portal = Portal(tmp_path / "instance", like=tmp_path / "none", **settings)
        portal.start("web", "worker")
        try:
            office = Office.of(portal)
            with Busy(office):
                for _ in range(RESTARTS):
                    time.sleep(2)
                    control_postgres(server, "restart")
                time.sleep(3)
        finally:
            portal.stop()
        must_be_sound(office, portal, smtp, RESTARTS)
        assert office.said["decide"]
        control_postgres(server, "stop")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the write lock of SQLite, as a copy tool or a long query of somebody would."""
    with closing(sqlite3.connect(folder / "foyer.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
