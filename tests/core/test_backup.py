"""Backups: whole or not there, incremental, checked, thinned; killed ones harm nobody."""

from __future__ import annotations

import io
import json
import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.blueprints.accounts.backups import tell_owners
from app.core import clock
from app.core.backup import DRAIN, Backup, BackupError, BackupRunning
from app.core.backup.checking import check
from app.core.backup.making import make
from app.core.backup.plan import next_night
from app.core.backup.thinning import kept
from app.core.backup.turn import own_turn
from app.core.backup.vault import Vault
from app.core.due import drain
from app.core.storage import new_key, storage
from app.extensions import db
from tests.builders import an_owner

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def vault(app: Flask, agency: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """An empty place for backups that the settings name, and three files to be kept."""
    for key in list(storage().keys()):
        storage().delete(key)
    for content in (b"one", b"two", b"three"):
        storage().put(new_key(), io.BytesIO(content))
    settings = replace(app.extensions["settings"], backup_to=str(tmp_path / "vault"))
    monkeypatch.setitem(app.extensions, "settings", settings)
    return Vault.at(settings.backup_to, settings)


def quiet(*_how_far: object) -> None:
    """Nobody looks on."""


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=arguments)
    return done.exit_code, done.output


def test_the_second_backup_copies_only_what_is_new(app: Flask, vault: Vault) -> None:
    code, said = run(app, "backup", "--json")
    first = json.loads(said)
    storage().put(new_key(), io.BytesIO(b"four"))
    second = json.loads(run(app, "backup", "--json")[1])
    database = vault.manifest(second["name"]).database.kept.size
    assert (code, first["files"], second["files"]) == (0, 3, 4)
    assert second["added"] == database + len(b"four")
    assert run(app, "backup", "check")[0] == 0
    assert Backup.newest().name == second["name"] and Backup.last_check()
    assert [each["name"] for each in json.loads(run(app, "backup", "list", "--json")[1])] == [
        first["name"],
        second["name"],
    ]


def test_killed_at_any_moment_it_leaves_the_older_ones_whole(app: Flask, vault: Vault) -> None:
    first = make(vault, quiet).manifest
    for key in list(storage().keys())[:2]:
        storage().duplicate(key, new_key())
    for moment in range(3):  # After each of the two files, and before the database.
        assert killed_at(moment, vault) == signal.SIGKILL
        assert vault.names() == [first.name]
        assert check(vault, first, quiet) == []
    second = make(vault, quiet).manifest
    assert len(second.files) == 5
    assert check(vault, second, quiet) == []
    assert [path.name for path in Path(app.instance_path, "backup").iterdir()] == ["lock"]


def killed_at(moment: int, vault: Vault) -> int:
    """Make a backup in another process, and kill it when it has told so often how far it is; its signal."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) * -1
    calls = iter(range(moment))

    def tell(*_how_far: object) -> None:
        if next(calls, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    make(vault, tell)
    os._exit(1)


def test_what_is_damaged_is_named_and_copied_anew(app: Flask, vault: Vault) -> None:
    manifest = make(vault, quiet).manifest
    damaged, missing, _sound = manifest.files
    for key in (damaged, missing):
        vault.objects.delete(key)
    vault.objects.put(damaged, io.BytesIO(b"xxx"))
    code, said = run(app, "backup", "check")
    assert code == 1
    assert set(said.splitlines()) == {
        f"The file {damaged} is damaged.",
        f"The file {missing} is missing.",
    }
    assert Backup.last_check() is None
    assert make(vault, quiet).mended == 1
    assert check(vault, manifest, quiet) == []


def test_a_manifest_that_has_rotted_stops_neither_the_next_backup_nor_the_list(
    app: Flask, vault: Vault
) -> None:
    rotten = make(vault, quiet).manifest.name
    content = bytearray(vault.shelf.read(f"{rotten}.json.gz"))
    content[30] ^= 0x55
    vault.shelf.write(f"{rotten}.json.gz", bytes(content))
    made = make(vault, quiet)
    assert made.warning.endswith(f"The list of the backup {rotten} is damaged.")
    code, said = run(app, "backup", "list")
    first, second = said.splitlines()
    assert (code, first) == (0, f"{rotten}  damaged")
    assert second.startswith(f"{made.manifest.name}  3 files and the database")


def test_two_at_once_are_one(app: Flask, vault: Vault) -> None:
    with own_turn():
        assert run(app, "backup") == (
            75,
            "Another backup is running. Wait until it has ended.\n",
        )
        with pytest.raises(BackupRunning):
            make(vault, quiet)
    assert vault.names() == []


def test_a_place_belongs_to_one_portal(app: Flask, agency: Any, vault: Vault) -> None:
    make(vault, quiet)
    agency.public_id = "another"
    db.session.commit()
    with pytest.raises(BackupError, match="backups of another portal"):
        make(vault, quiet)


def test_of_old_ones_each_day_week_and_month_keeps_one() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    nights = [now.replace(hour=2) - timedelta(days=ago) for ago in range(500)]
    names = [f"{night:%Y-%m-%d}-020000" for night in nights] + ["2026-11-25-110000"]
    stay = sorted(kept(names, now), reverse=True)
    assert [name[:10] for name in stay] == [
        *("2026-11-25", "2026-11-25", "2026-11-24", "2026-11-23", "2026-11-22", "2026-11-21"),
        *("2026-11-20", "2026-11-19", "2026-11-15", "2026-11-08", "2026-10-31", "2026-09-30"),
        *("2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31", "2026-04-30", "2026-03-31"),
        *("2026-02-28", "2026-01-31", "2025-12-31"),
    ]
    assert kept(stay, now) == set(stay)


def test_files_that_no_backup_needs_any_more_go_two_days_later(vault: Vault) -> None:
    deleted = next(iter(storage().keys()))
    with time_machine.travel(clock.now() - timedelta(days=800), tick=False):
        make(vault, quiet)
    storage().delete(deleted)
    assert len(make(vault, quiet).thinned) == 0  # The newest of its month.
    vault.remove(vault.names()[0])
    make(vault, quiet)
    assert vault.objects.exists(deleted)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        make(vault, quiet)
    assert not vault.objects.exists(deleted)
    assert all(check(vault, vault.manifest(name), quiet) == [] for name in vault.names())


def test_the_first_is_made_at_once_and_the_next_at_night(
    app: Flask, agency: Any, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOYER_INSTANCE", app.instance_path)
    monkeypatch.setenv("FOYER_BACKUP_TO", vault.address)
    assert drain(DRAIN) == 1
    until = time.monotonic() + 60
    while Backup.newest() is None and time.monotonic() < until:
        db.session.rollback()
        time.sleep(0.1)
    assert Backup.newest().name == vault.names()[0]
    assert not Backup.is_overdue()
    assert drain(DRAIN) == 0
    assert Backup.planned().due_at == next_night(clock.now(), agency.time_zone)


def test_a_night_that_failed_is_told_and_tried_again(app: Flask, vault: Vault) -> None:
    Path(vault.address).write_text("a file, not a folder")
    db.session.add(Backup(due_at=clock.now(), tries=1))
    db.session.commit()
    code, _said = run(app, "backup", "--nightly")
    planned = Backup.planned()
    assert code == 1 and "File exists" in planned.problem
    assert timedelta(minutes=9) < planned.due_at - clock.now() < timedelta(minutes=11)
    assert "File exists" in Backup.standing().problem and not Backup.is_overdue()
    planned.give_up("No space left on device.")
    db.session.add(Backup(due_at=next_night(clock.now(), "UTC")))
    assert Backup.standing().problem == "No space left on device."


def test_owners_hear_each_day_of_backups_that_stay_away(
    app: Flask, vault: Vault, sign_in: Any, outbox: Any
) -> None:
    owner = an_owner()
    db.session.commit()
    Backup.note(make(vault, quiet))
    tell_owners()
    assert outbox() == []
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        db.session.add(Backup(due_at=clock.now(), problem="No space left on device."))
        tell_owners()
        [mail] = outbox()
        page = sign_in(owner).get("/settings").text
    assert mail.to_email == owner.email and "No space left on device." in mail.text
    assert "There should be a newer backup." in page and "3 files and the database" in page


@pytest.mark.parametrize(
    ("moment", "night"),
    [("2026-11-25T00:30", "2026-11-25T02:00"), ("2026-06-25T01:00", "2026-06-26T01:00")],
)
def test_night_is_three_in_the_morning_where_the_agency_is(moment: str, night: str) -> None:
    instants = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (moment, night)]
    assert next_night(instants[0], "Europe/Berlin") == instants[1]
