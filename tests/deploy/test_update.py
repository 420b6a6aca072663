"""bin/update in a clone of this repository: what is new comes, what fails is taken back."""

from __future__ import annotations

import itertools
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MIGRATION = """
from alembic import op

revision = "ffffffffffff"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("CREATE TABLE half_done (id INTEGER)")
    op.execute("{statement}")
"""


class Installation:
    """A clone that follows another repository, with a portal of its own."""

    def __init__(self, folder: Path) -> None:
        self.upstream, self.home = folder / "upstream", folder / "app"
        self.environ = {**os.environ, "FOYER_INSTANCE": str(folder / "instance")}
        self.releases = itertools.count(1)
        git(folder, "clone", "--quiet", "--shared", str(ROOT), str(self.upstream))
        scripts = ("bin/update", "bin/environment.sh", "bin/prepare.py")
        self.publish({name: (ROOT / name).read_text() for name in scripts})
        git(folder, "clone", "--quiet", "--shared", str(self.upstream), str(self.home))
        git(self.home, "checkout", "--quiet", "--detach", "v1")
        python = self.home / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        stamp = "cat requirements.txt requirements.txt | cksum > .venv/foyer-runtime"
        subprocess.run(stamp, shell=True, check=True, cwd=self.home)
        self.run(str(python), "bin/prepare.py")

    def publish(self, files: dict[str, str]) -> str:
        """Let there be a newer release that differs from the first by these files; its name."""
        release = f"v{next(self.releases)}"
        if release != "v1":
            git(self.upstream, "reset", "--quiet", "--hard", "v1")
        for name, content in files.items():
            (self.upstream / name).write_text(content)
            (self.upstream / name).chmod(0o755)
        git(self.upstream, "add", "--all")
        who = ("-c", "user.name=Foyer", "-c", "user.email=foyer@example.com")
        git(self.upstream, *who, "commit", "--quiet", "--allow-empty", "-m", release)
        git(self.upstream, "tag", release)
        return release

    def migration(self, statement: str) -> dict[str, str]:
        """A migration after all others, as a file of the next release."""
        heads = "from alembic.script import ScriptDirectory as S; print(S('migrations').get_current_head())"
        head = self.run(sys.executable, "-c", heads).stdout.strip()
        content = MIGRATION.format(head=head, statement=statement)
        return {"migrations/versions/29991231_next.py": content}

    def update(self, *arguments: str) -> tuple[int, str]:
        done = self.run("bin/update", *arguments)
        return done.returncode, done.stdout + done.stderr

    def release(self) -> str:
        return git(self.home, "describe", "--tags").strip()

    def tables(self, name: str) -> list[tuple[str]]:
        """The tables of this name that the database has."""
        named = "SELECT name FROM sqlite_master WHERE name = ?"
        with closing(
            sqlite3.connect(f"{self.environ['FOYER_INSTANCE']}/foyer.sqlite3")
        ) as database:
            return database.execute(named, [name]).fetchall()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.home, env=self.environ, capture_output=True, text=True, timeout=120
        )


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("update"))


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"requirements.txt": "= not a package\n"}, "could not be installed"),
        ({"app/__init__.py": "raise ImportError('no such thing')\n"}, "no such thing"),
        ({}, "no such table"),
    ],
)
def test_what_fails_is_taken_back(
    installed: Installation, files: dict[str, str], reason: str
) -> None:
    before = installed.release()
    installed.publish(files or installed.migration("DROP TABLE no_such_table"))
    code, said = installed.update("--no-backup")
    assert code == 1
    assert reason in said
    assert f"Nothing has changed: {before} is in place as before." in said
    assert installed.release() == before
    assert installed.tables("half_done") == []


def test_what_was_changed_by_hand_is_not_thrown_away(installed: Installation) -> None:
    installed.publish({})
    settings = installed.home / "app" / "settings.py"
    theirs = settings.read_text()
    settings.write_text("# mine\n")
    code, said = installed.update("--no-backup")
    assert code == 1 and "were changed here" in said
    assert settings.read_text() == "# mine\n"
    settings.write_text(theirs)


def test_a_newer_release_comes_with_its_database(installed: Installation) -> None:
    before = installed.release()
    newer = installed.publish(installed.migration("SELECT 1"))
    code, said = installed.update()
    assert code == 1 and "there is no backup" in said
    assert installed.release() == before
    code, said = installed.update("--no-backup")
    assert (code, installed.release()) == (0, newer), said
    assert installed.tables("half_done") == [("half_done",)]
    assert installed.update()[1] == f"Foyer is up to date: {newer}.\n"
    assert f"is not newer than {newer}" in installed.update("v1")[1]
