"""How many requests, how they ended and how long they took, over all processes of this machine.

Each process keeps its numbers in a file of its own; whoever is asked adds them up. What ended processes have
counted stays, so that the numbers only grow. (prometheus_client does the like, but leaves their files behind.)
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
PAUSE = 2.0  # seconds
PAST = "past.json"

Key = tuple[str, str, str]
"""What is counted, of which endpoint, and the status or the upper bound that it is about."""


class Counts:
    """The numbers of this process, and the folder with those of all."""

    def __init__(self, instance: Path) -> None:
        # Of each machine by itself, where several share the instance: each is asked for its own.
        self._folder = instance / "counts" / socket.gethostname()
        self._lock = threading.Lock()
        self._process = 0
        self._numbers: Counter[Key] = Counter()

    def note(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one request."""
        bound = next((str(each) for each in BUCKETS if seconds <= each), "+Inf")
        with self._lock:
            if self._process != os.getpid():
                self._begin()
            self._numbers["requests", endpoint, str(status)] += 1
            self._numbers["within", endpoint, bound] += 1
            self._numbers["microseconds", endpoint, ""] += round(seconds * 1_000_000)

    def total(self) -> Counter[Key]:
        """The numbers of all processes that there are and were."""
        self._write()
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._settle()
            return _sum(self._folder.glob("*.json"))

    def _begin(self) -> None:
        """A process counts from its first request on, after gunicorn has forked it."""
        self._process, self._numbers = os.getpid(), Counter()
        self._name = f"{self._process}-{secrets.token_hex(4)}.json"
        threading.Thread(target=self._keep_writing, daemon=True).start()

    def _keep_writing(self) -> None:
        while True:
            time.sleep(PAUSE)
            self._write()

    def _write(self) -> None:
        with self._lock:
            if self._process != os.getpid():
                return
            text = _text(self._numbers)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _replace(self._folder / self._name, text)
        except OSError:
            pass  # A full disk is seen elsewhere; the numbers are written when there is room.

    def _settle(self) -> None:
        """Add the numbers of ended processes to those of the past."""
        gone = [path for path in self._folder.glob("*-*.json") if self._is_of_ended(path)]
        if gone:
            past = self._folder / PAST
            _replace(past, _text(_sum([past, *gone])))
            for path in gone:
                path.unlink(missing_ok=True)

    def _is_of_ended(self, path: Path) -> bool:
        process = int(path.name.partition("-")[0])
        if process == os.getpid():  # In a container, all that come have the same number.
            return self._process != process or path.name != self._name
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def _sum(paths: Iterable[Path]) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for path in paths:
        if path.exists():
            for what, endpoint, which, number in json.loads(path.read_text()):
                total[what, endpoint, which] += number
    return total


def _text(numbers: Counter[Key]) -> str:
    return json.dumps([[*key, number] for key, number in numbers.items()])


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.write_text(text)
    draft.replace(path)
