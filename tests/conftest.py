"""What every test can ask for: the application on both databases, a browser without pictures, a count of queries."""

from __future__ import annotations

import contextvars
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import event, text

from app import create_app
from app.blueprints.accounts import login
from app.blueprints.accounts.models import User
from app.blueprints.accounts.sessions import UserSession
from app.core.events import Device, record
from app.extensions import db as database
from app.extensions import limiter
from app.settings import Settings
from tests import builders, services
from tests.once import made_once

pytest_plugins = ["tests.plugins.services"]

KINDS = ("sqlite", "postgresql")
TEMPLATE = "foyer_template"


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all applications of this process: they are the same."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = CompiledTemplates()


class Browser(FlaskClient):
    """A test client whose requests share nothing with the test: own context, own database session."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if (
            not has_app_context()
        ):  # A redirect that is followed is within the fresh context already.
            return super().open(*args, **kwargs)
        database.session.commit()
        try:
            kwargs.setdefault("buffered", True)
            return contextvars.Context().run(super().open, *args, **kwargs)
        finally:
            database.session.rollback()
            database.session.expire_all()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that uses the application on SQLite and on PostgreSQL, unless it says which."""
    if "kind" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("only")
        metafunc.parametrize("kind", only.args if only else KINDS, scope="session")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "only(kind): run on this database only")


@pytest.fixture(scope="session")
def app_on(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Flask]]:
    """One application for each database and process; its tables are made by the migrations."""
    made: dict[str, Flask] = {}
    keeper = ExitStack()

    def address_of(kind: str) -> str:
        if kind == "sqlite":
            return ""
        server = request.getfixturevalue("postgres_address")
        made_once("postgresql", lambda _folder: migrate_postgres(server))
        name = f"foyer_{request.getfixturevalue('worker_id')}"
        return keeper.enter_context(services.postgres_database(server, name, TEMPLATE))

    def app_on(kind: str) -> Flask:
        if kind not in made:
            made[kind] = make_app(tmp_path_factory.mktemp(kind), address_of(kind))
        return made[kind]

    yield app_on
    for app in made.values():
        put_away(app)
    keeper.close()


@pytest.fixture
def app(kind: str, app_on: Callable[[str], Flask]) -> Iterator[Flask]:
    """The application with empty tables, and its context for the test's own queries."""
    app = app_on(kind)
    with app.app_context():
        empty(app, kind)
        yield app
        database.session.rollback()
        database.session.remove()


@pytest.fixture
def db(app: Flask) -> Any:
    return database


@pytest.fixture
def agency(app: Flask) -> Any:
    """The agency that has set its portal up."""
    return builders.an_agency()


@pytest.fixture
def client(app: Flask, agency: Any) -> Browser:
    """A browser that nobody is signed in with, at an agency that has set its portal up."""
    return a_browser(app)


@pytest.fixture
def sign_in(app: Flask, agency: Any) -> Callable[[User], Browser]:
    """Give a browser in which a person is signed in. How they get there is what tests/accounts is about."""

    def signed_in(user: User) -> Browser:
        browser = a_browser(app)
        row, secret = UserSession.begin(user, Device())
        record("session.began", row, by=user)
        database.session.commit()
        with browser.session_transaction() as kept:
            kept[login.SECRET] = secret
            kept.permanent = True
        return browser

    return signed_in


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collect the statements that a block sends to the database."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT")):
                statements.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def outbox(app: Flask) -> Callable[[], list[Any]]:
    """The mails that lie in the outbox, the oldest first."""
    from app.core.mail import Mail

    def mails() -> list[Any]:
        return list(database.session.scalars(database.select(Mail).order_by(Mail.id)))

    return mails


def a_browser(app: Flask) -> Browser:
    """A browser of its own, with its own cookies. It asks for English, as the people in tests do."""
    browser = Browser(app, app.response_class)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def make_app(folder: Path, address: str) -> Flask:
    """An application as in production, but that forms need no CSRF token and nothing is limited."""
    app = create_app(settings_for(folder, address))
    app.jinja_env.bytecode_cache = TEMPLATES
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    limiter.enabled = False
    with app.app_context():
        event.listen(database.engine, "connect", trust_the_disk)
    return app


def put_away(app: Flask) -> None:
    """Let go of an application's database."""
    with app.app_context():
        database.engine.dispose()


def settings_for(folder: Path, address: str = "") -> Settings:
    """The settings of a test's installation."""
    return Settings(
        url="http://localhost", instance=folder, secret_key="test " * 10, database_url=address
    )


def migrate(folder: Path, address: str = "") -> None:
    """Bring a database up to date; SQLite's lies in the folder then, and nothing beside it."""
    with create_app(settings_for(folder, address)).app_context():
        upgrade()
        database.session.remove()
        database.engine.dispose()


def migrate_postgres(server: str) -> None:
    """Make the database that those of all processes are copied from."""
    plain = server.replace("+psycopg", "")
    with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{TEMPLATE}"'.encode())
    with tempfile.TemporaryDirectory() as folder:
        migrate(Path(folder), f"{server}/{TEMPLATE}")


def empty_database() -> Path:
    """A SQLite database as it is after all migrations, to be copied."""
    return made_once("sqlite", migrate) / "foyer.sqlite3"


def trust_the_disk(connection: Any, _record: Any) -> None:
    """No power cut is waited for here: whole processes are killed in tests/browser, on their own database."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


def empty(app: Flask, kind: str) -> None:
    """Begin with empty tables."""
    if kind == "sqlite":
        database.session.remove()
        database.engine.dispose()
        folder = Path(app.instance_path)
        for rest in ("foyer.sqlite3-wal", "foyer.sqlite3-shm"):
            (folder / rest).unlink(missing_ok=True)
        shutil.copy(empty_database(), folder / "foyer.sqlite3")
    else:
        names = ", ".join(table.name for table in database.metadata.sorted_tables)
        database.session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        database.session.commit()
