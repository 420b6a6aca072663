"""The two engines that run the drains: a plain loop, and rq when Redis is set. The drains are the same."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock, features
from app.core.database import reading
from app.core.due import WOKEN, Drain, drain
from app.core.models import Instant
from app.extensions import Base, db

log = logging.getLogger(__name__)

QUEUE = "foyer"
PAUSE = 1.0
RECOVERY = 5.0  # seconds until a database that was away is asked again
JOB_LIMIT = 3600  # seconds; rq interrupts a job that takes longer, wherever it is
BEAT = timedelta(seconds=20)


class Heartbeat(Base):
    """When a worker was last seen to be alive."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    @classmethod
    def beat(cls, name: str = "worker") -> None:
        """Note that the worker is alive now, at most every BEAT."""
        with reading():
            found = db.session.get(cls, name)
            at = found.at if found else None
            db.session.rollback()
        if at is None or at < clock.now() - BEAT:
            db.session.merge(cls(name=name, at=clock.now()))
            db.session.commit()

    @classmethod
    def last(cls, name: str = "worker") -> datetime | None:
        """When the worker was last seen; None if it never was."""
        found = db.session.get(cls, name)
        return found.at if found else None

    @classmethod
    def is_fresh(cls, name: str = "worker") -> bool:
        """Whether the worker was seen a moment ago."""
        last = cls.last(name)
        return last is not None and last > clock.now() - 6 * BEAT


def run_once(stop: Callable[[], bool] = lambda: False) -> int:
    """Run the drains that are on until nothing is due any more; returns how many rows were worked on.

    What one drain does can make work due for another that had its turn before.
    """
    worked_on = 0
    while done := sum(_run(each, stop) for each in _on()):
        worked_on += done
    return worked_on


def run_loop(app: Flask, stop: threading.Event) -> None:
    """Ask every second what is due, until `stop` is set. A database that is away is asked again."""
    while not stop.is_set():
        with app.app_context():
            try:
                Heartbeat.beat()
                run_once(stop.is_set)
            except Exception:  # The worker outlives a database that is locked or restarting.
                log.exception("worker: could not look for due work")
                stop.wait(RECOVERY)
        stop.wait(PAUSE)


def run_drain(name: str) -> None:
    """The job that rq runs: one drain, by its name."""
    with _fresh_context():
        for each in _on():
            if each.name == name:
                _run(each)


def run_due() -> None:
    """The job that run_cron asks for every minute: all drains, for rows whose time has come."""
    with _fresh_context():
        Heartbeat.beat()
        run_once()


def run_rq(app: Flask, *, burst: bool = False) -> None:
    """Work on the queue in Redis until stopped; with `burst`, until it is empty."""
    from rq import SimpleWorker
    from rq.serializers import JSONSerializer

    with app.app_context():
        queue = _queue()
        worker = SimpleWorker([queue], connection=queue.connection, serializer=JSONSerializer)
        worker.work(burst=burst, logging_level="WARNING")


def run_cron(app: Flask) -> None:
    """Enqueue run_due every minute. (rq's own clock pickles its jobs; ours are plain JSON.)"""
    while True:
        with app.app_context():
            _enqueue("run_due")
        time.sleep(60)


def redis_of(app: Flask) -> Any:
    """The connection to Redis that the settings name."""
    from redis import Redis

    if "redis" not in app.extensions:
        address = app.extensions["settings"].redis_url
        app.extensions["redis"] = Redis.from_url(address, socket_connect_timeout=2)
    return app.extensions["redis"]


def init_app(app: Flask) -> None:
    """With Redis, let every commit that makes work due wake its drain."""
    if app.extensions["settings"].redis_url:
        event.listen(Session, "after_commit", _wake)


def _on() -> list[Drain]:
    with reading():
        found = features.drains()
        db.session.rollback()
    return found


def _run(each: Drain, stop: Callable[[], bool] = lambda: False) -> int:
    try:
        return drain(each, stop)
    finally:
        db.session.rollback()


def _fresh_context() -> Any:
    """A context for one job: switches and the agency are read anew."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app.app_context()


def _wake(session: Session) -> None:
    if session.in_nested_transaction():  # A savepoint's end is not yet a commit.
        return
    woken: Iterable[type] = session.info.pop(WOKEN, set())
    if not woken or not current_app or not current_app.extensions["settings"].redis_url:
        return
    for name in {each.name for each in features.every_drain() if each.table in woken}:
        _enqueue("run_drain", name)


def _enqueue(job: str, *arguments: str) -> None:
    from redis import RedisError

    options = {"result_ttl": 0, "failure_ttl": 3600, "job_timeout": JOB_LIMIT}
    try:
        _queue().enqueue(f"app.core.worker.{job}", *arguments, **options)
    except RedisError:
        # The row is in the database: run_due finds it within a minute of Redis being back.
        log.warning("Redis is away; %s will run when it is back", " ".join((job, *arguments)))


def _queue() -> Any:
    from rq import Queue
    from rq.serializers import JSONSerializer

    return Queue(QUEUE, connection=redis_of(current_app), serializer=JSONSerializer)
