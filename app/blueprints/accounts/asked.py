"""What a browser remembers between asking for a link and being signed in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

from flask import session

KEY = "asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """The secret by which the browser is known again, and for whom it asked.

    Without an address it asked by an old link (`token`), whose person it need not know.
    """

    browser: str = ""
    email: str = ""
    next: str = ""
    token: str = ""

    @classmethod
    def last(cls) -> Self:
        """What the browser asked for last; empty if it never did."""
        kept = session.get(KEY)
        return cls(**kept) if isinstance(kept, dict) else cls()

    def keep(self) -> None:
        session[KEY] = asdict(self)
