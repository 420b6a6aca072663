"""Whether the decisions in the database are those that the log tells of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.log import DECIDING, deciding_lines
from app.blueprints.approvals.receipt import Receipt
from app.core.audit import walk
from app.core.events import Event
from app.core.models import every


def wrong_decisions() -> Iterator[str]:
    """A sentence for each decision that is not as the log says, that it does not know, or that is gone."""
    yield from walk(Decision, _compared)
    yield from walk(Event, _gone, Event.verb.in_(DECIDING.values()))


def _compared(numbers: Sequence[int]) -> Iterator[str]:
    alone = (lazyload(Decision.approval), lazyload(Decision.by))
    decisions = every(select(Decision).where(Decision.id.in_(numbers)).options(*alone))
    lines = every(deciding_lines({each.approval_id for each in decisions}))
    noted = {line.facts.get("decision"): line for line in lines}
    for decision in decisions:
        line = noted.get(decision.public_id)
        name = f"Decision {decision.id} ({decision.reference})"
        if line is None:
            yield f"{name}: the log does not know it."
        elif changed := ", ".join(Receipt(decision, line).differences()):
            yield f"{name}: not what event {line.id} says, in {changed}."


def _gone(numbers: Sequence[int]) -> Iterator[str]:
    told = every(select(Event).where(Event.id.in_(numbers)))
    lines = {line.facts.get("decision"): line for line in told}
    there = set(every(select(Decision.public_id).where(Decision.public_id.in_(lines))))
    for public_id in lines.keys() - there:
        line = lines[public_id]
        yield f"Decision {line.facts.get('reference')}: event {line.id} tells of it, but it is gone."
