"""How an approval must stand, told by the lines of the log alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.core.events import Event


@dataclass
class Replayed:
    """One approval as its lines tell of it; people go by their names."""

    title: str = ""
    state: str = ""
    round: int = 1
    draft: int = 1
    mode: str = ""
    is_presented: bool = False
    deciders: list[str] = field(default_factory=list)
    versions: list[tuple[str, int]] = field(default_factory=list)
    standing: dict[str, str] = field(default_factory=dict)
    """What counts in this round, by who said it."""

    def hear(self, line: Event) -> None:
        """Take in what the next line says."""
        verb, facts = line.verb.removeprefix("approval."), line.facts
        self.title, self.round = facts["name"], facts["round"]
        self.versions = [(each["name"], each["number"]) for each in facts["versions"]]
        if hears := getattr(self, f"_{verb}", None):
            hears(facts, line.people["name"] if line.people else "")

    def _review_asked(self, _facts: Any, _by: str) -> None:
        self.state = "review"

    def _review_returned(self, _facts: Any, _by: str) -> None:
        self.state = "returned"

    def _asked(self, facts: Any, _by: str) -> None:
        self.is_presented, self.state = True, "open"
        self.deciders, self.mode = list(facts["deciders"]), facts["mode"]

    _asked_together = _asked

    def _approved(self, _facts: Any, by: str) -> None:
        self.standing[by] = "approved"
        self._settle()

    def _changes_requested(self, _facts: Any, by: str) -> None:
        self.standing[by] = "changes"
        self._settle()

    def _taken_back(self, facts: Any, _by: str) -> None:
        del self.standing[facts["of"]]
        self._settle()

    def _deciders_changed(self, facts: Any, _by: str) -> None:
        self.deciders, self.mode = list(facts["deciders"]), facts["mode"]
        self._settle()

    def _delegated(self, facts: Any, by: str) -> None:
        self.deciders = [facts["to"] if name == by else name for name in self.deciders]

    def _reopened(self, _facts: Any, _by: str) -> None:
        self.standing = {}
        self.draft += not self.is_presented
        self.state = "open" if self.is_presented else "review"

    def _withdrawn(self, _facts: Any, _by: str) -> None:
        self.state = "withdrawn"

    def _settle(self) -> None:
        said, awaited = set(self.standing.values()), set(self.deciders) - self.standing.keys()
        enough = bool(said) and (self.mode == "any" or not awaited)
        self.state = "changes" if "changes" in said else "approved" if enough else "open"


def replayed(lines: Iterable[Event]) -> dict[str, Replayed]:
    """All approvals that the lines speak of, by their opaque ids."""
    found: dict[str, Replayed] = {}
    for line in lines:
        if "approval" in line.facts:
            found.setdefault(line.facts["approval"], Replayed()).hear(line)
    return found
