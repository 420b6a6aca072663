"""Background work with a real Redis: a commit wakes its drain; without Redis nothing is lost."""

from __future__ import annotations

import dataclasses
import json
import signal
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Blueprint

from app.core import clock, features, worker
from app.core.due import Drain
from app.core.features import Feature
from app.core.mail import Mail
from tests.builders import a_mail, point_mail_to
from tests.services import SmtpServer


@pytest.fixture
def queue(
    app: Any, redis_url: str, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The queue in Redis of an application that has the mail server."""
    point_mail_to(app, monkeypatch, smtp.url)
    point_to(app, monkeypatch, redis_url)
    worker.init_app(app)
    worker.redis_of(app).flushdb()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield worker._queue()
    for number, handler in handlers.items():
        signal.signal(number, handler)
    worker.redis_of(app).close()
    app.extensions.pop("redis")


def test_a_commit_wakes_the_worker(app: Any, queue: Any, smtp: SmtpServer) -> None:
    mail = a_mail()
    assert [job.description for job in queue.jobs] == ["app.core.worker.run_drain('mail')"]
    worker.run_rq(app, burst=True)
    assert len(smtp.received) == 1 and mail.sent_at


def test_work_that_was_done_wakes_nobody(app: Any, queue: Any) -> None:
    for _ in range(3):
        a_mail()
    queue.empty()
    worker.run_drain("mail")
    assert queue.count == 0


def test_work_for_later_wakes_nobody_yet(app: Any, queue: Any) -> None:
    a_mail(due_at=clock.now() + timedelta(hours=1))
    assert queue.count == 0


def test_a_rollback_wakes_nobody(app: Any, db: Any, queue: Any) -> None:
    mail = Mail(kind="test", to_email="a@kunde.de", subject="S", text="T", html="H", language="de")
    mail.message_id, mail.due_at = "<x@localhost>", clock.now()
    db.session.add(mail)
    db.session.flush()
    db.session.rollback()
    db.session.commit()
    assert queue.count == 0


def test_a_savepoint_wakes_nobody_before_the_commit(app: Any, db: Any, queue: Any) -> None:
    mail = a_mail(due_at=None)
    with db.session.begin_nested():
        mail.due_at = clock.now()
    assert queue.count == 0
    db.session.commit()
    assert queue.count == 1


def test_without_redis_the_row_stays_due_and_runs_when_it_is_back(
    app: Any,
    db: Any,
    queue: Any,
    redis_url: str,
    smtp: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    point_to(app, monkeypatch, "redis://127.0.0.1:1/0")
    mail = a_mail()
    assert mail.due_at
    db.session.rollback()
    point_to(app, monkeypatch, redis_url)
    assert queue.count == 0
    worker._enqueue("run_due")
    worker.run_rq(app, burst=True)
    assert len(smtp.received) == 1
    assert worker.Heartbeat.is_fresh()


def test_jobs_are_plain_json(app: Any, queue: Any) -> None:
    """A pickle in Redis would let whoever can write there run what they like."""
    a_mail()
    [job] = queue.jobs
    stored = zlib.decompress(queue.connection.hget(job.key, "data"))
    assert json.loads(stored) == ["app.core.worker.run_drain", None, ["mail"], {}]


def test_a_running_worker_notices_a_feature_that_was_switched_off(
    app: Any, db: Any, queue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    drain = Drain("extra", Mail, lambda row: (done.append(row.id), row.settle()))
    blueprint = Blueprint("extra", __name__)
    extra = Feature("extra", "Extra", blueprint, optional=True, drains=(drain,))
    monkeypatch.setitem(app.extensions, "features", {"extra": extra})
    with app.app_context():
        a_mail()
        worker.run_rq(app, burst=True)
        assert len(done) == 1
        with app.app_context():
            features.switch("extra", False)
            db.session.commit()
        a_mail()
        worker.run_rq(app, burst=True)
    assert len(done) == 1


def point_to(app: Any, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Let the settings name this Redis."""
    settings = dataclasses.replace(app.extensions["settings"], redis_url=url)
    monkeypatch.setitem(app.extensions, "settings", settings)
    known = app.extensions.pop("redis", None)
    if known:
        known.close()
