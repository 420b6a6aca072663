"""The two engines that run the drains: a plain loop, and rq when Redis is set. The drains are the same."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock, features
from app.core.due import WOKEN, Drain, drain
from app.core.models import Instant
from app.extensions import Base, db

log = logging.getLogger(__name__)

QUEUE = "foyer"
PAUSE = 1.0
BEAT = timedelta(seconds=20)


class Heartbeat(Base):
    """When a worker was last seen to be alive."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    @classmethod
    def beat(cls, name: str = "worker") -> None:
        """Note that the worker is alive now, at most every BEAT."""
        found = db.session.get(cls, name)
        if found is None or found.at < clock.now() - BEAT:
            db.session.merge(cls(name=name, at=clock.now()))
            db.session.commit()
        db.session.rollback()

    @classmethod
    def is_fresh(cls, name: str = "worker") -> bool:
        found = db.session.get(cls, name)
        return found is not None and found.at > clock.now() - 6 * BEAT


def run_once() -> int:
    """Run each drain that is on until nothing is due any more; returns how many rows were worked on."""
    return sum(_run(each) for each in _on())


def run_loop(app: Flask, stop: threading.Event) -> None:
    """Ask every second what is due, until `stop` is set. A database that is away is asked again."""
    while not stop.is_set():
        with app.app_context():
            try:
                Heartbeat.beat()
                run_once()
            except Exception:  # The worker outlives a database that is locked or restarting.
                log.exception("worker: could not look for due work")
                stop.wait(5)
        stop.wait(PAUSE)


def run_drain(name: str) -> None:
    """The job that rq runs: one drain, by its name."""
    for each in _on():
        if each.name == name:
            _run(each)


def run_due() -> None:
    """The job that rq's cron runs every minute: all drains, for rows whose time has come."""
    Heartbeat.beat()
    run_once()


def run_rq(app: Flask, *, burst: bool = False) -> None:
    """Work on the queue in Redis until stopped; with `burst`, until it is empty."""
    from rq import Queue, SimpleWorker

    connection = redis_of(app)
    with app.app_context():
        worker = SimpleWorker([Queue(QUEUE, connection=connection)], connection=connection)
        worker.work(burst=burst, logging_level="WARNING")


def run_cron(app: Flask) -> None:
    """Enqueue run_due every minute, by rq's own scheduler, until stopped."""
    from rq.cron import CronScheduler

    scheduler = CronScheduler(connection=redis_of(app), logging_level="WARNING")
    scheduler.register(run_due, queue_name=QUEUE, interval=60, result_ttl=0)
    scheduler.start()  # type: ignore[no-untyped-call]


def redis_of(app: Flask) -> Any:
    """The connection to Redis that the settings name."""
    from redis import Redis

    if "redis" not in app.extensions:
        app.extensions["redis"] = Redis.from_url(app.extensions["settings"].redis_url)
    return app.extensions["redis"]


def init_app(app: Flask) -> None:
    """With Redis, let every commit that makes work due wake its drain."""
    if app.extensions["settings"].redis_url:
        event.listen(Session, "after_commit", _wake)


def _on() -> list[Drain]:
    return features.drains()


def _run(each: Drain) -> int:
    try:
        return drain(each)
    finally:
        db.session.rollback()


def _wake(session: Session) -> None:
    woken: Iterable[type] = session.info.pop(WOKEN, set())
    if not woken or not current_app or not current_app.extensions["settings"].redis_url:
        return
    names = {each.name for each in features.every_drain() if each.table in woken}
    for name in names:
        _enqueue(name)


def _enqueue(name: str) -> None:
    from redis import RedisError
    from rq import Queue

    try:
        queue = Queue(QUEUE, connection=redis_of(current_app))
        queue.enqueue("app.core.worker.run_drain", name, result_ttl=0, failure_ttl=3600)
    except RedisError:
        # The row is in the database: the cron finds it within a minute of Redis being back.
        log.warning("Redis is away; %s will run when it is back", name)
