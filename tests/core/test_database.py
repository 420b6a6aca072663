"""Transactions: readers never wait for a writer, writers wait for each other, rules hold in the database."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from app import create_app
from app.blueprints.clients.models import Client, Membership
from app.core.agency import Agency
from app.core.database import may_write, reading, records, writing
from app.settings import Settings
from tests.builders import a_client, an_agency

PATIENCE = 30


@pytest.fixture
def beside(app: Any) -> Iterator[ThreadPoolExecutor]:
    """Something that happens at the same time, on a connection of its own."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_a_read_does_not_wait_for_a_writer(app: Any, db: Any, beside: Any) -> None:
    a_client("Werft Holm")

    def read() -> list[str]:
        with app.app_context(), reading():
            return list(db.session.scalars(select(Client.name)))

    with a_writer(db):
        assert beside.submit(read).result(PATIENCE) == ["Werft Holm"]


def test_a_page_does_not_wait_for_a_writer(db: Any, client: Any) -> None:
    a_client("Werft Holm")
    db.session.commit()
    with a_writer(db):
        assert client.get("/sign-in").status_code == 200


def test_two_writers_wait_for_each_other_instead_of_failing(app: Any, db: Any, beside: Any) -> None:
    a_client("Werft Holm")

    def write() -> None:
        with app.app_context():
            db.session.execute(update(Client).values(note="Second"))
            db.session.commit()

    with a_writer(db):
        second = beside.submit(write)
        with pytest.raises(TimeoutError):
            second.result(0.3)
    second.result(PATIENCE)
    db.session.rollback()
    assert db.session.execute(select(Client.name, Client.note)).one() == ("Changed", "Second")


def test_what_a_transaction_has_read_it_may_change(app: Any, db: Any, beside: Any) -> None:
    """On SQLite, two that have read and then both want to write would fail: one has to wait earlier."""
    a_client("Werft Holm")
    db.session.commit()

    def add_a_letter(_number: int) -> None:
        with app.app_context():
            client = db.session.scalars(select(Client).with_for_update()).one()
            client.name += "!"
            db.session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_a_letter, range(12)))
    assert db.session.scalars(select(Client.name)).one() == "Werft Holm" + "!" * 12


def test_only_requests_that_change_something_take_the_write_lock(
    app: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def note() -> str:
        seen.append(may_write())
        return "noted"

    monkeypatch.setitem(app.view_functions, "accounts.show_sign_in", note)
    monkeypatch.setitem(app.view_functions, "accounts.create_link", note)
    client.get("/sign-in")
    client.post("/sign-in")
    monkeypatch.setitem(app.view_functions, "accounts.show_sign_in", records(note))
    client.get("/sign-in")
    assert seen == [False, True, True]


def test_reading_and_writing_end_with_their_block() -> None:
    assert may_write()
    with reading():
        assert not may_write()
        with writing():
            assert may_write()
        assert not may_write()
    assert may_write()


def test_what_refers_to_nothing_is_refused(db: Any) -> None:
    db.session.add(Membership(client_id=4711, user_id=4711, role="viewer"))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_there_is_only_one_agency(db: Any) -> None:
    an_agency()
    db.session.add(Agency(name="Studio Südlicht"))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_an_instant_comes_back_as_it_was_whatever_its_zone(db: Any) -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    moment = datetime(2026, 3, 29, 2, 30, 0, 123456, there)
    client = a_client(created_at=moment)
    db.session.commit()
    assert client.created_at == moment
    assert client.created_at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(db: Any) -> None:
    with pytest.raises(StatementError, match="needs its time zone"):
        a_client(created_at=datetime(2026, 3, 29, 2, 30))  # noqa: DTZ001
    db.session.rollback()


@pytest.mark.only("sqlite")
def test_sqlite_keeps_what_was_committed_and_checks_what_refers(tmp_path: Path, db: Any) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    # An application as it runs: that of the other tests trusts the disk.
    with create_app(Settings(url="http://localhost", instance=tmp_path)).app_context():
        found = {name: db.session.scalar(text(f"PRAGMA {name}")) for name in names}
        db.session.remove()
        db.engine.dispose()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15000,
    }


@contextmanager
def a_writer(db: Any) -> Iterator[None]:
    """Somebody who has changed all clients' names, and commits at the end of the block."""
    db.session.commit()
    with db.engine.connect() as connection:
        connection.execute(update(Client).values(name="Changed"))
        yield
        connection.commit()
