"""What is stored is read again: bytes that are gone, shorter or different are named."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from app.blueprints.files import verifying
from app.blueprints.files.previews import Preview
from app.blueprints.files.verifying import check_all, check_some
from app.blueprints.files.versions import Version
from app.core.storage import storage
from app.extensions import db
from tests.builders import a_client, a_manager, a_project
from tests.files.builders import a_file, a_version, newest

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture(params=["folder", "bucket"])
def keys(request: pytest.FixtureRequest, agency: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of five versions of one file, each with ten bytes of its own."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    monkeypatch.setattr(verifying, "BATCH", 2)
    jana = a_manager()
    file = a_file(a_project(a_client()), jana, "Übersicht.txt", b"1" * 10)
    keys = [newest(file).key]
    for number in b"2345":
        keys.append(a_version(file, jana, bytes([number]) * 10).key)
    return keys


def test_sound_versions_are_counted(app: Flask, keys: list[str]) -> None:
    done = app.test_cli_runner().invoke(args=["files", "verify"])
    assert (done.exit_code, done.output) == (
        0,
        "All bytes are as they came: 5 versions, 50\N{NO-BREAK SPACE}B.\n",
    )
    assert len(list(check_some(3))) == 3
    assert len(list(check_some(9))) == 5


def test_damaged_versions_are_named_and_the_command_fails(app: Flask, keys: list[str]) -> None:
    for key, bytes_now in zip(keys, (None, b"x" * 10, b"12"), strict=False):
        storage().delete(key)
        if bytes_now:
            storage().put(key, io.BytesIO(bytes_now))
    done = app.test_cli_runner().invoke(args=["files", "verify"])
    assert done.exit_code == 1
    assert [line.partition(": ")[2] for line in done.output.splitlines()[:3]] == [
        "there are no bytes.",
        "the bytes have changed.",
        "there are 2 bytes, but 10 came in.",
    ]
    assert "(Übersicht.txt, version 2)" in done.output
    assert "3 of 5 versions are damaged." in done.output


def test_a_check_can_go_on_where_it_stopped(keys: list[str]) -> None:
    numbers = [each.id for each in check_all()]
    assert [each.id for each in check_all(after=numbers[2])] == numbers[3:]


def test_what_is_deleted_meanwhile_is_not_damaged(keys: list[str]) -> None:
    checking = check_all()
    next(checking)
    db.session.execute(delete(Preview))
    db.session.execute(delete(Version).where(Version.key == keys[1]))
    db.session.commit()
    storage().delete(keys[1])
    assert [each.problem for each in checking] == ["", "", "", ""]
