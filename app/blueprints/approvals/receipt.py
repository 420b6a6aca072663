"""The receipt of a decision: what it says, as the decision and its line in the log have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.log import DECIDING, line_of
from app.blueprints.clients.models import ROLE_NAMES
from app.core.events import Event

CODE = 16
"""How many digits of the line's hash are the code that is typed to check a receipt: 64 bits."""
AGO = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a decision's receipt says. Who decided is as they were called, and what they were, then."""

    decision: Decision
    line: Event | None

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """The receipt of a decision that is committed."""
        return cls(decision, line_of(decision))

    @property
    def reference(self) -> str:
        return self.decision.reference

    @property
    def is_approval(self) -> bool:
        return self.decision.is_approval

    @property
    def title(self) -> str:
        return str(self._fact("name") or self.decision.approval.title)

    @property
    def project_name(self) -> str:
        return str(self._fact("project_name"))

    @property
    def name(self) -> str:
        return (self.line.actor_name if self.line else "") or self.decision.by.name

    @property
    def role(self) -> Any:
        """The role that the person had then, in words; empty if the log does not say."""
        return ROLE_NAMES.get(self._fact("role"), "")

    @property
    def company(self) -> str:
        return str(self._fact("company"))

    @property
    def at(self) -> datetime:
        return self.decision.created_at

    @property
    def hash(self) -> str:
        """The hash of the line in the log, which holds this decision and all that happened before."""
        return self.line.hash if self.line else ""

    @property
    def code(self) -> str:
        """What somebody who has the receipt can type, and nobody can guess."""
        return self.hash[:CODE]

    @property
    def holds(self) -> bool:
        """Whether the log's line is as it was written, and the decision is what it says."""
        return self.line is not None and self.line.is_sound() and not any(self.differences())

    def differences(self) -> Iterator[str]:
        """What of the decision is not as its line in the log says."""
        if self.line is None:
            return
        decision, line = self.decision, self.line
        told = {
            "person": (decision.by_id, line.actor_id),
            "round": (decision.round, line.facts.get("round")),
            "outcome": (DECIDING.get(decision.outcome), line.verb),
            "reason": (decision.reason, line.facts.get("reason")),
            "reference": (decision.reference, line.facts.get("reference")),
            "versions": _versions(decision, line),
            "time": _times(decision, line),
            **_places(decision, line),
        }
        yield from (name for name, (kept, noted) in told.items() if kept != noted)

    def _fact(self, name: str) -> Any:
        return self.line.facts.get(name, "") if self.line else ""


def _versions(decision: Decision, line: Event) -> tuple[Any, Any]:
    """What was seen; lines from before receipts were kept know less of it."""
    if "seen" in line.facts:
        return decision.seen, line.facts["seen"]
    noted = line.facts.get("versions", [])
    names = ("name", "number", "sha256")
    return [{name: each.get(name) for name in names} for each in decision.seen], noted


def _times(decision: Decision, line: Event) -> tuple[datetime, datetime]:
    if "seen" in line.facts or abs(decision.created_at - line.at) > AGO:
        return decision.created_at, line.at
    return line.at, line.at


def _places(decision: Decision, line: Event) -> dict[str, tuple[Any, Any]]:
    """From where; the log forgets it when a person is erased."""
    if line.people is None:
        return {}
    return {
        name: (getattr(decision, name), line.people.get(name)) for name in ("address", "device")
    }
