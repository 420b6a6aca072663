"""Fixtures for the real servers. PostgreSQL and Redis run once, for all processes of a test run.

Whoever needs one first starts it, in a process of its own that ends when the test run does, however
it ends. A run without such tests starts nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.once import RUN


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of this run; the worker processes inherit its name."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN] = tempfile.mkdtemp(prefix="foyer-tests-")
        Path(os.environ[RUN], "runner").write_text(str(os.getpid()))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(RUN), ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_address() -> str:
    """PostgreSQL's address, without a database; services.postgres_database() makes one."""
    return shared("postgres_server")


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> str:
    """A Redis database for this worker process alone."""
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    return f"{shared('redis_server')}/{number}"


@pytest.fixture(scope="session")
def s3() -> Iterator[dict[str, str]]:
    """The settings of an S3 bucket for this worker process alone."""
    with services.s3_server() as settings:
        yield settings


@pytest.fixture
def smtp() -> Iterator[services.SmtpServer]:
    """An SMTP server for this test alone."""
    with services.smtp_server() as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    return services.chromium_path()


def shared(server: str) -> str:
    """The address of a server that all processes of the run share; the first caller starts it."""
    note = Path(os.environ[RUN]) / server
    with note.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            start_keeper(server, note)
    return note.read_text()


def start_keeper(server: str, note: Path) -> None:
    """Start the process that runs the server, and wait for its note."""
    log = note.with_suffix(".log")
    with log.open("wb") as out:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.plugins.services", server, str(note)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    while not note.exists():
        if keeper.poll() is not None:
            raise RuntimeError(log.read_text().strip().splitlines()[-1])
        time.sleep(0.05)
    # It outlives this process on purpose; without this, Python warns that nobody waits for it.
    keeper.returncode = 0


def keep(server: str, note: Path) -> None:
    """Run the server as long as the test run lives, and has not taken its note away."""
    runner = int(note.with_name("runner").read_text())
    with getattr(services, server)() as address:
        draft = note.with_suffix(".draft")
        draft.write_text(address)
        draft.rename(note)
        while note.exists() and is_alive(runner):
            time.sleep(0.2)


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]))


@pytest.fixture
def imap() -> Iterator[str]:
    """The address of an empty mailbox, for this test alone."""
    with services.imap_server() as address:
        yield address
