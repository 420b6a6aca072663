"""A backup of the portal in full use, brought back where nothing is: every page is there again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from app.core import events
from app.core import storage as storage_module
from app.core.backup.vault import Vault
from app.core.database import is_postgresql
from app.core.storage import storage
from app.extensions import db
from tests.portal.people import OWNER
from tests.portal.test_crawler import surprises_on_pages
from tests.portal.visits import Portal, forget


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=arguments, catch_exceptions=False)
    return done.exit_code, done.output


def lose_everything(portal: Portal) -> None:
    """Be an empty machine."""
    for key in list(storage().keys()):
        storage().delete(key)
    if is_postgresql():
        names = ", ".join(inspect(db.engine).get_table_names())
        db.session.execute(text(f"DROP TABLE {names} CASCADE"))
        db.session.commit()
    else:
        (forget(portal.app) / "foyer.sqlite3").unlink()


def test_every_page_is_there_again(portal: Portal, tmp_path: Path) -> None:
    code, said = run(portal.app, "backup", "--to", str(tmp_path))
    assert code == 0, said
    kept = set(storage().keys())
    lose_everything(portal)
    code, said = run(portal.app, "restore", "--from", str(tmp_path))
    assert (code, said.splitlines()[0][:9]) == (0, "Restored "), said
    assert set(storage().keys()) == kept
    assert list(events.verify()) == []
    assert surprises_on_pages(portal, OWNER) == []


@pytest.mark.only("sqlite")
def test_from_a_bucket_into_a_bucket(
    portal: Portal, s3: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {name.replace("storage", "backup"): value for name, value in s3.items()}
    keys["backup_to"] = keys.pop("backup_url") + "/backups"
    settings = replace(portal.app.extensions["settings"], **keys)
    monkeypatch.setitem(portal.app.extensions, "settings", settings)
    monkeypatch.setitem(portal.app.extensions, "storage", storage())
    kept = sorted(storage().keys())
    assert run(portal.app, "backup")[0] == 0
    home = replace(settings, **{**s3, "storage_url": s3["storage_url"] + "/home"})
    monkeypatch.setitem(portal.app.extensions, "settings", home)
    storage_module.init_app(portal.app)
    code, said = run(portal.app, "restore", "--replace")
    assert code == 0, said
    assert sorted(storage().keys()) == kept
    assert run(portal.app, "files", "verify")[0] == 0


def test_a_portal_that_is_there_is_replaced_only_if_that_is_wanted(
    app: Flask, agency: Any, tmp_path: Path
) -> None:
    assert run(app, "backup", "--to", str(tmp_path))[0] == 0
    code, said = run(app, "restore", "--from", str(tmp_path))
    assert code == 1 and "There is a portal here already." in said
    db.session.execute(text("UPDATE agencies SET name = 'Somebody else'"))
    db.session.commit()
    code, said = run(app, "restore", "--replace", "--from", str(tmp_path))
    assert code == 0, said
    aside = Path(said.partition("lies in ")[2].partition(".\n")[0])
    assert aside.stat().st_size > 0
    aside.unlink()
    assert db.session.scalar(text("SELECT name FROM agencies")) != "Somebody else"


@pytest.mark.only("sqlite")
def test_a_portal_that_runs_is_left_alone(portal: Portal, tmp_path: Path) -> None:
    run(portal.app, "backup", "--to", str(tmp_path))
    with closing(sqlite3.connect(forget(portal.app) / "foyer.sqlite3")) as running:
        running.execute("SELECT count(*) FROM users").fetchone()
        code, said = run(portal.app, "restore", "--replace", "--from", str(tmp_path))
    assert code == 1 and "The portal is running. Stop it first" in said


@pytest.mark.only("sqlite")
def test_what_the_backup_lacks_is_named_and_the_rest_comes(portal: Portal, tmp_path: Path) -> None:
    run(portal.app, "backup", "--to", str(tmp_path))
    vault = Vault.at(str(tmp_path), portal.app.extensions["settings"])
    [name] = vault.names()
    lost = next(iter(vault.manifest(name).files))
    vault.objects.delete(lost)
    lose_everything(portal)
    code, said = run(portal.app, "restore", "--from", str(tmp_path))
    assert (code, said) == (1, f"The file {lost} is missing from the backup.\n")
    assert set(storage().keys()) == vault.manifest(name).files.keys() - {lost}


@pytest.mark.only("sqlite")
def test_a_database_that_is_damaged_in_the_backup_replaces_nothing(
    portal: Portal, tmp_path: Path
) -> None:
    run(portal.app, "backup", "--to", str(tmp_path))
    vault = Vault.at(str(tmp_path), portal.app.extensions["settings"])
    [name] = vault.names()
    path = vault.objects.local_path(vault.manifest(name).database.key)
    assert path
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-100])
    before = (forget(portal.app) / "foyer.sqlite3").read_bytes()
    code, said = run(portal.app, "restore", "--replace", "--from", str(tmp_path))
    assert code == 1 and "it is damaged" in said
    assert (forget(portal.app) / "foyer.sqlite3").read_bytes() == before
