"""Run by Alembic for each `flask db` command: one connection, one transaction, on either database."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.types import TypeDecorator

from app.core.search import is_mapped

# Any number will do, as long as nothing else in the database takes it.
ONE_UPGRADE_AT_A_TIME = 0x464F5945


def render_type(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Write our own column types as what they store, so that migrations never import the app."""
    if kind == "type" and isinstance(item, TypeDecorator) and _is_ours(item):
        return f"sa.{item.impl_instance!r}"
    return False


def run() -> None:
    """Run the migrations that the command asked for."""
    # Only what autogenerate found, and only where nobody has set up logging (the command line).
    logging.basicConfig(format="%(message)s")
    logging.getLogger("alembic.autogenerate").setLevel(logging.INFO)
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection, _foreign_keys_at_rest(connection):
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_type=True,
            include_name=is_mapped,
            render_as_batch=True,
            render_item=render_type,
            # SQLite's DDL takes part in transactions as we begin them; Alembic assumes it doesn't.
            transactional_ddl=True,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(:number)")
                connection.execute(lock, {"number": ONE_UPGRADE_AT_A_TIME})
            context.run_migrations()
            _must_refer_to_something(connection)


@contextmanager
def _foreign_keys_at_rest(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off for the migrations.

    Batch mode copies a table and drops the old one; with foreign keys on, that deletes what refers to it.
    The switch works outside of transactions only, so it goes to the driver's connection.
    """
    driver = connection.connection.driver_connection
    if driver is None or connection.dialect.name != "sqlite":
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys = ON")


def _must_refer_to_something(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise CommandError(f"Row {broken[1]} of {broken[0]} refers to a missing {broken[2]}.")


def _is_ours(item: TypeDecorator[Any]) -> bool:
    return type(item).__module__.split(".")[0] == "app"


if context.is_offline_mode():
    raise CommandError("Migrations run on a database; --sql is not supported.")
run()
