"""Progress of long work: one line that changes where somebody looks on, a line now and then where nobody does."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from flask_babel import force_locale

from app.core.amounts import size

OFTEN, SELDOM = 0.2, 15.0  # seconds


def amount_of(bytes_: int) -> str:
    """An amount in English, as all that commands say; asking for the agency's language would begin a transaction."""
    with force_locale("en"):
        return size(bytes_)


class Progress:
    """Tells on stderr how far it is, so that stdout has the outcome alone."""

    def __init__(self) -> None:
        self.is_seen = sys.stderr.isatty()
        self.told_at = time.monotonic()
        self.width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        if self.width:
            sys.stderr.write("\r" + " " * self.width + "\r")

    def tell(self, what: str, done: int, total: int, amount: int) -> None:
        """Say how much is done, if it is time to."""
        pause = OFTEN if self.is_seen else SELDOM
        if time.monotonic() - self.told_at < pause:
            return
        self.told_at = time.monotonic()
        line = f"{what}: {done:,} of {total:,}, {amount_of(amount)}"
        if self.is_seen:
            sys.stderr.write("\r" + line.ljust(self.width))
            self.width = len(line)
        else:
            sys.stderr.write(line + "\n")
        sys.stderr.flush()
