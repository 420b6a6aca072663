"""A disk that is full, a real one: what is there is kept, it is said, and it goes on when there is room again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.blueprints.files import transfers
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.core.models import every
from app.core.storage import storage
from tests.builders import a_client, a_manager, a_project
from tests.files.builders import a_file, form_with, how_many
from tests.files.test_tus import TUS, begin, beginning, patch

SignIn = Callable[[Any], Any]
MB = 1_000_000

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def disk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 32 MB for uploads under way, of which one stays free."""
    monkeypatch.setattr(transfers, "RESERVE", MB)
    place = Path(app.instance_path) / "uploads"
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "foyer-tests", place]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("Only root can mount the small disk that this test fills.")
    yield place
    subprocess.run(["umount", place], check=True)


def test_what_does_not_fit_on_the_disk_is_refused_at_once(sign_in: SignIn, disk: Path) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    refused = beginning(browser, project, 33 * MB, filename="Film.mp4")
    assert (refused.status_code, "no space left" in refused.text) == (507, True)
    assert list(disk.iterdir()) == []


def test_an_upload_waits_while_the_disk_is_full_and_all_else_goes_on(
    sign_in: SignIn, disk: Path
) -> None:
    project, jana = a_project(a_client()), a_manager()
    film, browser = os.urandom(20 * MB), sign_in(jana)
    address = begin(browser, project, len(film), filename="Film.mp4")
    patch(browser, address, film[:MB], 0)
    (disk / "other").write_bytes(bytes(14 * MB))  # By somebody who does not ask.
    full = patch(browser, address, film[MB:], MB)
    assert (full.status_code, "no space left" in full.text) == (507, True)
    kept = int(browser.head(address, headers=TUS).headers["Upload-Offset"])
    assert 9 * MB < kept < 20 * MB
    files = f"/projects/{project.public_id}/files"
    browser.post(files, **form_with(("Text.txt", b"neu")))
    assert a_file(project, jana, "Plakat.png") and how_many(File) == 2
    (disk / "other").unlink()
    assert patch(browser, address, film[kept:], kept).status_code == 204
    version = every(select(Version).where(Version.name == "Film.mp4"))[0]
    assert b"".join(storage().read(version.key)) == film


def test_an_upload_that_is_given_up_makes_room_for_others(sign_in: SignIn, disk: Path) -> None:
    project, browser = a_project(a_client()), sign_in(a_manager())
    first = begin(browser, project, 20 * MB, filename="Film.mp4")
    patch(browser, first, bytes(19 * MB), 0)
    assert beginning(browser, project, 20 * MB, filename="Zwei.mp4").status_code == 507
    assert browser.delete(first, headers=TUS).status_code == 204
    assert beginning(browser, project, 20 * MB, filename="Zwei.mp4").status_code == 201
