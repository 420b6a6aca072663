"""How transactions begin, on SQLite and on PostgreSQL.

SQLite takes its write lock when a transaction begins (`BEGIN IMMEDIATE`) wherever it may write, so that
no transaction that has read must upgrade and fail; readers begin plainly and never wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from flask import Flask, current_app, has_app_context, request
from sqlalchemy import Connection, event

from app.extensions import db

_may_write: ContextVar[bool] = ContextVar("may_write", default=True)
View = TypeVar("View", bound=Callable[..., Any])


def records(view: View) -> View:
    """Mark a GET view that leaves a line in the log, so that its transaction may write."""
    view.records = True  # type: ignore[attr-defined]
    return view


@contextmanager
def reading() -> Iterator[None]:
    """Begin the transactions of this block without the write lock."""
    token = _may_write.set(False)
    try:
        yield
    finally:
        _may_write.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Begin the transactions of this block with the write lock."""
    token = _may_write.set(True)
    try:
        yield
    finally:
        _may_write.reset(token)


def may_write() -> bool:
    """Whether transactions that begin now take SQLite's write lock."""
    return _may_write.get()


def init_app(app: Flask) -> None:
    """Prepare the engine of `app` and let each request say whether it may write."""
    app.before_request(_begin_as_the_request_needs)
    app.teardown_request(_forget)
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)


def is_postgresql() -> bool:
    """Whether the current database is PostgreSQL."""
    return has_app_context() and db.engine.dialect.name == "postgresql"


def engine_options(address: str) -> dict[str, Any]:
    """What create_engine needs beyond the address."""
    # What people wrote, and their tokens, would stand in the log with each error of a statement.
    quiet = {"hide_parameters": True}
    if address.startswith("sqlite"):
        return {**quiet, "connect_args": {"timeout": 15}}
    return {**quiet, "pool_pre_ping": True, "pool_size": 12, "max_overflow": 8}


def _begin_as_the_request_needs() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    safe = request.method in {"GET", "HEAD", "OPTIONS"}
    _may_write.set(not safe or getattr(view, "records", False))


def _forget(_error: BaseException | None) -> None:
    _may_write.set(True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin late and without the lock: we begin ourselves, below.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 15000",
        "cache_size = -16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _may_write.get() else "BEGIN")
