"""What runs the portal on a server: systemd's units, and the command `foyer`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.fronts import DEPLOY

UNITS = ("foyer-web.service", "foyer-worker.service")
SETTINGS = """\
# The portal
FOYER_URL=https://portal.example.com
FOYER_MAIL_URL=smtp://a%40b:p$ss&w`rd;@mail.example.com:587
FOYER_MAIL_FROM="portal@example.com"
  FOYER_PROXIES=1
PATH=/nowhere
"""


@pytest.fixture
def units(tmp_path: Path) -> list[str]:
    """The units, with paths to programs that are there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here.")
    program = tmp_path / "app" / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.symlink_to("/bin/true")
    (tmp_path / "settings").touch()
    for name in UNITS:
        content = (DEPLOY / "systemd" / name).read_text()
        (tmp_path / name).write_text(content.replace("/srv/foyer", str(tmp_path)))
    return [str(tmp_path / name) for name in UNITS]


def test_systemd_takes_the_units_as_they_are(units: list[str]) -> None:
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_breaks_into_the_portal_gets_no_further(units: list[str]) -> None:
    """systemd's own measure of what a service could reach: 0 is nothing, 9.6 the usual one, here in tenths."""
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", *units]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-1500:]


def test_the_command_runs_with_the_settings_of_the_portal(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text(SETTINGS)
    python = tmp_path / "app" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\nenv\n')
    python.chmod(0o755)
    user = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
    environ = {**os.environ, "FOYER_HOME": str(tmp_path), "FOYER_USER": user}
    command = [str(DEPLOY / "foyer"), "backup", "list"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    said = done.stdout.splitlines()
    assert said[0] == "-m flask --app wsgi backup list"
    assert {
        "FOYER_URL=https://portal.example.com",
        "FOYER_MAIL_URL=smtp://a%40b:p$ss&w`rd;@mail.example.com:587",
        "FOYER_MAIL_FROM=portal@example.com",
        "FOYER_PROXIES=1",
    } <= set(said)
    assert "PATH=/nowhere" not in said
