"""`flask doctor`: what it says of an installation that is well, and of one where everything is broken."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask_babel import force_locale
from werkzeug.serving import make_server

from app.core import clock
from app.core.backup import Backup
from app.core.checks import Check, Outcome, ok
from app.core.doctor import address, database, examination
from app.core.doctor.commands import system_language
from app.core.worker import Heartbeat
from app.extensions import db
from tests.builders import a_client, a_mail, a_project, an_owner
from tests.files.builders import a_file, newest
from tests.services import SmtpServer, free_port

OVERDUE = timedelta(hours=40)


@pytest.mark.only("sqlite")
def test_an_installation_that_is_well_has_no_problem(
    app: Any, agency: Any, smtp: SmtpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(app) as url:
        set_to(app, monkeypatch, url=url, mail_url=smtp.url, backup_to=str(tmp_path))
        Heartbeat.beat()
        now = clock.now()
        commit(Backup(name="2026-11-25-020003", finished_at=now, checked_at=now))
        found, code = asked(app)
    assert code == 0, [each for each in found if each["advice"]]
    states = {each["check"]: each["state"] for each in found}
    for name in ("database", "migrations", "clock", "storage", "worker", "queues", "backups"):
        assert states[name] == "ok", found
    assert (states["mail"], states["files"]) == ("ok", "ok")
    assert any(each["check"] == "address" and "answers" in each["says"] for each in found)


@pytest.mark.only("sqlite")
def test_each_thing_that_is_broken_is_named_with_what_to_do(
    app: Any, agency: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = an_owner()
    version = newest(a_file(a_project(a_client()), owner))
    stored = Path(app.instance_path, "files", version.key)
    stored.chmod(0o600)
    stored.write_bytes(b"something else")
    Path(app.instance_path, "secret_key").write_text("x" * 40)
    Path(app.instance_path, "secret_key").chmod(0o644)
    monkeypatch.setenv("FOYER_MAILURL", "smtp://mail.example.com")
    dead = f"smtp://portal:gehe-im@127.0.0.1:{free_port()}"
    set_to(
        app,
        monkeypatch,
        url=f"https://127.0.0.1:{free_port()}",
        mail_url=dead,
        mail_from="portal@localhost",
    )
    set_to(app, monkeypatch, backup_to=str(tmp_path / "away"))
    with clock.at(clock.now() - OVERDUE):
        Heartbeat.beat()
        a_mail()
        commit(Backup())
    found, code = asked(app)
    Path(app.instance_path, "secret_key").unlink()
    assert code == 1
    states = {each["check"]: each["state"] for each in found if each["state"] != "ok"}
    wrong = {"secrets", "worker", "backups", "mail", "address", "files", "disk"}
    assert {name for name, state in states.items() if state == "problem"} == wrong
    assert {name for name, state in states.items() if state == "warning"} == {"settings", "queues"}
    assert all(each["advice"] for each in found if each["state"] != "ok")
    assert "gehe-im" not in json.dumps(found)


@pytest.mark.only("sqlite")
def test_it_goes_on_without_the_database_and_says_so_once(app: Any, agency: Any) -> None:
    broken = Path(app.instance_path, "foyer.sqlite3")
    for rest in ("-wal", "-shm"):
        broken.with_name(broken.name + rest).unlink(missing_ok=True)
    broken.write_bytes(b"no database at all" * 1000)
    found, code = asked(app)
    assert code == 1
    about = {each["check"]: each for each in found}
    assert about["database"]["state"] == "problem"
    assert about["worker"]["says"] == "Not looked at: the database did not answer."
    assert about["storage"]["state"] == "ok"


def test_the_database_is_whole_of_this_foyer_and_on_time(app: Any) -> None:
    looks = (database.look_at_database, database.look_at_tables, database.look_at_clock)
    assert {each.state for look in looks for each in look()} <= {"ok", "warning"}


@pytest.mark.only("sqlite")
def test_what_hangs_or_fails_keeps_nothing_from_being_said(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = threading.Event()

    def hangs() -> Iterator[Outcome]:
        yield ok("before")
        never.wait()

    def fails() -> Iterator[Outcome]:
        raise ValueError("of no kind that we know")

    monkeypatch.setattr(examination, "PATIENCE", 0.2)
    checks = [
        Check("hangs", "", hangs),
        Check("fails", "", fails),
        Check("well", "", lambda: [ok("well")]),
    ]
    found = [[each.state for each in it.outcomes] for it in examination.examine(checks, "de")]
    never.set()
    assert found == [["ok", "problem"], ["problem"], ["ok"]]


@pytest.mark.only("sqlite")
def test_somebody_else_at_our_address_is_noticed(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"It works!"]

    with served(other) as url:
        set_to(app, monkeypatch, url=url)
        with force_locale("en"):
            [found] = address.look_at_address()
    assert found.state == "problem" and "somebody else" in found.says


def test_it_speaks_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert system_language() == "de"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert system_language() == "en"


def asked(app: Any) -> tuple[list[dict[str, str]], int]:
    """What it says to programs, and its exit code."""
    done = app.test_cli_runner().invoke(args=["doctor", "--json", "--lang", "en"])
    said = json.loads(done.stdout)
    assert said["ok"] == (done.exit_code == 0)
    return said["checks"], done.exit_code


def set_to(app: Any, monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    changed = dataclasses.replace(app.extensions["settings"], **settings)
    monkeypatch.setitem(app.extensions, "settings", changed)


def commit(row: Any) -> None:
    db.session.add(row)
    db.session.commit()


@contextmanager
def served(application: Any) -> Iterator[str]:
    """A web server on this machine; gives its address."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
