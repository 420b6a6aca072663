"""The worker as a real process, killed and stopped, and its loop."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from app.core import clock, worker
from app.core.mail import Mail
from app.core.models import every
from app.core.worker import Heartbeat
from tests.builders import a_mail, point_mail_to
from tests.services import SmtpServer

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@pytest.mark.parametrize("taken", [False, True], ids=["before", "after"])
def test_a_worker_killed_while_it_sends_loses_no_mail(
    app: Any, db: Any, smtp: SmtpServer, taken: bool
) -> None:
    """Killed before or after the server took the sign-in mail: it goes out, once or as the same mail."""
    message_id = a_mail(is_secret=True).message_id
    db.session.commit()
    sending = hold(smtp, taken)
    with a_worker(app, smtp) as process:
        assert sending.wait(PATIENCE)
        process.send_signal(signal.SIGKILL)
    release(smtp)
    end_leases(db)
    with a_worker(app, smtp):
        until(lambda: mail(db).sent_at is not None)
    assert len(smtp.received) == (2 if taken else 1)
    assert {str(each.message["Message-ID"]) for each in smtp.received} == {message_id}


@pytest.mark.only("sqlite")
def test_a_worker_killed_again_and_again_sends_everything_and_only_what_was_in_flight_twice(
    app: Any, db: Any, smtp: SmtpServer
) -> None:
    names = {a_mail().message_id for _ in range(50)}
    for kill in range(1, 4):
        with a_worker(app, smtp):
            until(lambda so_far=kill * 8: len(smtp.received) >= so_far)
        end_leases(db)
    with a_worker(app, smtp, "--once") as process:
        assert process.wait(PATIENCE) == 0
    sent = Counter(str(each.message["Message-ID"]) for each in smtp.received)
    assert set(sent) == names
    assert max(sent.values()) <= 2 and sent.total() <= len(names) + 5
    db.session.rollback()
    assert every(db.select(Mail.id).where(Mail.sent_at.is_(None))) == []


def test_a_worker_that_is_asked_to_stop_finishes_its_mail(
    app: Any, db: Any, smtp: SmtpServer
) -> None:
    a_mail()
    a_mail()
    sending = hold(smtp, False, seconds=1)
    with a_worker(app, smtp) as process:
        assert sending.wait(PATIENCE)
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert len(smtp.received) == 1
    db.session.rollback()
    first, second = db.session.scalars(db.select(Mail).order_by(Mail.id))
    assert first.sent_at and second.due_at and not second.leased_until


def test_once_does_what_is_due_and_ends(app: Any, db: Any, smtp: SmtpServer) -> None:
    a_mail()
    with a_worker(app, smtp, "--once") as process:
        assert process.wait(PATIENCE) == 0
    assert len(smtp.received) == 1


def test_the_loop_sends_what_becomes_due_and_shows_that_it_lives(
    app: Any, db: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_mail_to(app, monkeypatch, smtp.url)
    with a_loop(app, monkeypatch):
        a_mail()
        until(lambda: mail(db).sent_at is not None)
        until(Heartbeat.is_fresh)
    assert len(smtp.received) == 1


def test_the_loop_outlives_a_database_that_is_away(
    app: Any, db: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    point_mail_to(app, monkeypatch, smtp.url)
    a_mail()
    rename(db, "mails", "mails_away")
    with a_loop(app, monkeypatch):
        until(lambda: "could not look for due work" in caplog.text)
        rename(db, "mails_away", "mails")
        until(lambda: mail(db).sent_at is not None)
    assert len(smtp.received) == 1


def test_a_worker_that_was_not_seen_for_a_while_counts_as_dead(app: Any, db: Any) -> None:
    assert not Heartbeat.is_fresh()
    Heartbeat.beat()
    assert Heartbeat.is_fresh()
    db.session.execute(update(Heartbeat).values(at=clock.now() - timedelta(minutes=5)))
    db.session.commit()
    assert not Heartbeat.is_fresh()


@contextmanager
def a_worker(app: Any, smtp: SmtpServer, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`flask worker` on the test's database, until the block ends."""
    environment = {
        **os.environ,
        "FOYER_INSTANCE": app.instance_path,
        "FOYER_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "FOYER_URL": "http://localhost",
        "FOYER_MAIL_URL": smtp.url,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", *options]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def a_loop(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The worker's loop in a thread, in a hurry."""
    monkeypatch.setattr(worker, "PAUSE", 0.05)
    monkeypatch.setattr(worker, "RECOVERY", 0.05)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_loop, args=(app, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def hold(smtp: SmtpServer, taken: bool, seconds: float = 60) -> threading.Event:
    """Let the server take its time over each mail; it keeps the mail before it waits, or after."""
    sending, keep = threading.Event(), type(smtp).handle_DATA

    async def slow(*arguments: Any) -> str:
        answer = await keep(smtp, *arguments) if taken else ""
        sending.set()
        await asyncio.sleep(seconds)
        return answer or await keep(smtp, *arguments)

    smtp.handle_DATA = slow  # type: ignore[method-assign]
    return sending


def release(smtp: SmtpServer) -> None:
    del smtp.handle_DATA


def end_leases(db: Any) -> None:
    """Let the time of the lease pass, without waiting for it."""
    db.session.execute(update(Mail).values(leased_until=clock.now() - timedelta(seconds=1)))
    db.session.commit()


def mail(db: Any) -> Mail:
    """The only mail, as it is now."""
    db.session.rollback()
    return db.session.scalars(db.select(Mail)).one()


def rename(db: Any, old: str, new: str) -> None:
    db.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
    db.session.commit()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds that another thread or process brings about."""
    from app.extensions import db

    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "It never came."
        db.session.rollback()
        time.sleep(0.05)
    db.session.rollback()
