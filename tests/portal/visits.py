"""Going to any route of the table as any kind of person."""

from __future__ import annotations

import dataclasses
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import literal, select, union_all, update
from sqlalchemy.sql.functions import count
from werkzeug.test import TestResponse

from app.core.agency import Agency
from app.extensions import db
from tests.conftest import Browser, a_browser
from tests.portal.people import STRANGER
from tests.portal.routes import OK, SIGN_IN, Answer, Route
from tests.portal.world import Place, World

NOT_THERE = "2" * 16
SECRET = re.compile(r'(name="csrf_token" value|name="csrf-token" content)="[^"]*"')


@dataclasses.dataclass
class Portal:
    """The portal of these tests: its world, and a browser for each kind of person."""

    app: Flask
    world: World

    def browser(self, person: str) -> Browser:
        """A browser in which this kind of person is signed in, and has done nothing else."""
        browser = a_browser(self.app)
        if person != STRANGER:
            browser.set_cookie("foyer", self.world.cookies[person])
        return browser

    def address(self, route: Route, place: Place | None = None, **parts: str) -> str:
        """The address of a route for the things of one client; ours if not said otherwise."""
        place = place or self.world.ours
        values = {**route.parts, **parts}
        (rule, *_others) = self.app.url_map.iter_rules(route.endpoint)
        for name in rule.arguments - values.keys():
            values[name] = getattr(place, route.thing)
        return self.app.url_map.bind("localhost").build(route.endpoint, values, method=route.method)

    def visit(
        self, route: Route, person: str, place: Place | None = None, **more: Any
    ) -> TestResponse:
        """Go there, with a form that is right where one is sent; `more` is for the test client."""
        more.setdefault("path", self.address(route, place))
        more.setdefault("method", route.method)
        more["headers"] = {**route.headers, **more.get("headers", {})}
        if route.method == "POST":
            more.setdefault("data", route.form(self.world.ours))
        answer = self.browser(person).open(**more)
        answer.get_data()
        answer.close()
        return answer

    def nowhere(self, id: str = NOT_THERE) -> Place:
        """A place whose things all have this id, or token: one that nothing has."""
        ids = {each.name: id for each in dataclasses.fields(Place) if each.type == "str"}
        return dataclasses.replace(self.world.ours, **ids)

    def put_back(self) -> None:
        """Make everything as it was when the world was made (on SQLite)."""
        shutil.copy(forget(self.app) / "world.sqlite3", self.app.instance_path + "/foyer.sqlite3")

    def be_a_demo(self) -> None:
        """Let everybody read the mailbox."""
        db.session.execute(update(Agency).values(is_demo=True))
        db.session.commit()

    @contextmanager
    def watched(self) -> Iterator[Callable[[], dict[str, int]]]:
        """Gives a function that says how many rows which table has gained since it was asked last.

        SQLite counts its commits, so there every other change is told, too; and without one, nothing is.
        """
        is_sqlite = db.engine.dialect.name == "sqlite"
        file = f"{self.app.instance_path}/foyer.sqlite3" if is_sqlite else ":memory:"
        with closing(sqlite3.connect(file)) as beside:
            seen = [_rows(), _version(beside)]

            def changes() -> dict[str, int]:
                if is_sqlite and _version(beside) == seen[1]:
                    return {}
                (rows, version), seen[:] = seen, [_rows(), _version(beside)]
                gained = {name: seen[0][name] - rows[name] for name in rows}
                found = {name: number for name, number in gained.items() if number}
                return found or ({"something": 0} if seen[1] != version else {})

            yield changes


def _rows() -> dict[str, int]:
    """How many rows each table has."""
    tables = db.metadata.sorted_tables
    counts = (select(literal(each.name), count()).select_from(each) for each in tables)
    found = dict(iter(db.session.execute(union_all(*counts))))
    db.session.rollback()
    return found


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version


def forget(app: Flask) -> Path:
    """Let go of the SQLite database, so that its file can be copied; returns its folder."""
    db.session.remove()
    db.engine.dispose()
    folder = Path(app.instance_path)
    for rest in ("foyer.sqlite3-wal", "foyer.sqlite3-shm"):
        (folder / rest).unlink(missing_ok=True)
    return folder


def answer_of(response: TestResponse) -> Answer:
    """An answer in the words of the table."""
    if response.status_code in (303, 302) and response.location.split("?")[0] == "/sign-in":
        return SIGN_IN
    return OK if response.status_code < 400 else response.status_code


def page_of(response: TestResponse) -> str:
    """What an answer says; of bytes that are no text, what can be read."""
    return response.data.decode(errors="replace")


def without_tokens(page: str) -> str:
    """A page without what is new in it each time."""
    return SECRET.sub("", page)
