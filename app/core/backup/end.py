"""End: what a copy of the database says about itself, read from the copy and not from what went on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from app.core.events import START

PORTAL = "SELECT public_id FROM agencies"
REVISION = "SELECT version_num FROM alembic_version"
LOG = "SELECT length, head FROM event_chain"


@dataclass(frozen=True, slots=True)
class End:
    """Whose portal it is, which migration it is at, and where its log ends."""

    portal: str
    revision: str
    log_length: int
    log_head: str

    @classmethod
    def read(cls, one: Callable[[str], Any]) -> Self:
        """Ask a database; `one` gives the first row of a query, or None."""
        portal, revision, log = one(PORTAL), one(REVISION), one(LOG)
        length, head = log or (0, START)
        return cls(portal[0] if portal else "", revision[0] if revision else "", length, head)
