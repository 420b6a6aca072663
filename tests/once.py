"""What is dear to make and the same for all tests: made by whoever needs it first, and copied by all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

RUN = "FOYER_TEST_RUN"  # the folder where the processes of a run find each other


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, for all processes of the test run; the first of them makes what is in it."""
    folder = Path(os.environ[RUN]) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            draft.mkdir()
            make(draft)
            draft.rename(folder)
    return folder
