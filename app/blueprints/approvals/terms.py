"""Terms: what a request says beside its versions. The agency can change them until it is decided."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from app.blueprints.approvals.question import Question


@dataclass(frozen=True, slots=True)
class Terms:
    """How it is called, what we say to it, until when, and how many rounds are agreed."""

    title: str
    message: str
    due_at: datetime | None
    rounds_agreed: int | None

    @classmethod
    def of(cls, question: Question) -> Self:
        """As they are now."""
        return cls(question.title, question.message, question.due_at, question.rounds_agreed)

    def differing(self, others: Terms) -> list[str]:
        """The names of those that are not the same."""
        mine, theirs = asdict(self), asdict(others)
        return [name for name, value in mine.items() if value != theirs[name]]

    def in_facts(self, names: list[str]) -> dict[str, str | int | None]:
        """Some of them, as the log keeps them."""
        due_at = self.due_at and self.due_at.astimezone(UTC).isoformat()
        kept = {**asdict(self), "due_at": due_at}
        return {name: kept[name] for name in names}

    def say_more_than(self, others: Terms) -> bool:
        """Whether who decides should hear of it: another deadline, or other words."""
        return bool({"due_at", "message"}.intersection(self.differing(others)))
