"""Whether the decisions in the database are those that the log tells of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.log import DECIDING, Told, told_of
from app.core.audit import walk
from app.core.events import Event
from app.core.models import every

AT_ONCE = timedelta(minutes=1)


def wrong_decisions() -> Iterator[str]:
    """A sentence for each decision that is not as the log says, that it does not know, or that is gone."""
    yield from walk(Decision, _compared)
    yield from walk(Event, _gone, Event.verb.in_(DECIDING.values()))


def holds(decision: Decision) -> bool:
    """Whether the log's lines on a decision are as they were written, and it is what they say."""
    told = told_of([decision])[decision.public_id]
    lines = [line for line in (told.made, told.taken_back) if line is not None]
    sound = all(line.is_sound() for line in lines)
    return told.made is not None and sound and not any(_differences(decision, told.made, told))


def _differences(decision: Decision, line: Event, told: Told) -> Iterator[str]:
    """What of a decision is not as its lines in the log say."""
    pairs = {
        "person": (decision.by_id, line.actor_id),
        "round": (decision.round, line.facts.get("round")),
        "outcome": (DECIDING.get(decision.outcome), line.verb),
        "reason": (decision.reason, line.facts.get("reason")),
        "reference": (decision.reference, line.facts.get("reference")),
        "retraction": _retractions(decision, told.taken_back),
        **_places(decision, line),
        **_versions_and_time(decision, line),
    }
    yield from (name for name, (kept, noted) in pairs.items() if kept != noted)


def _retractions(decision: Decision, line: Event | None) -> tuple[Any, Any]:
    kept = decision.retraction and (decision.retraction.by_id, decision.retraction.reason)
    return kept, line and (line.actor_id, line.facts.get("reason"))


def _places(decision: Decision, line: Event) -> dict[str, tuple[Any, Any]]:
    """From where it was; the log forgets that when a person is erased."""
    names = ("address", "device") if line.people is not None else ()
    return {name: (getattr(decision, name), (line.people or {}).get(name)) for name in names}


def _versions_and_time(decision: Decision, line: Event) -> dict[str, tuple[Any, Any]]:
    if "seen" in line.facts:
        kept, noted, at = decision.seen, line.facts["seen"], decision.created_at
    else:  # Such lines knew less of the versions, and were written a moment after the decision.
        kept = [{key: each[key] for key in ("name", "number", "sha256")} for each in decision.seen]
        noted = line.facts.get("versions")
        at = line.at if abs(decision.created_at - line.at) < AT_ONCE else decision.created_at
    return {"versions": (kept, noted), "time": (at, line.at)}


def _compared(numbers: Sequence[int]) -> Iterator[str]:
    alone = (lazyload(Decision.approval), lazyload(Decision.by))
    decisions = every(select(Decision).where(Decision.id.in_(numbers)).options(*alone))
    told = told_of(decisions)
    for decision in decisions:
        of_one = told[decision.public_id]
        name = f"Decision {decision.id} ({decision.reference})"
        if of_one.made is None:
            yield f"{name}: the log does not know it."
        elif changed := ", ".join(_differences(decision, of_one.made, of_one)):
            yield f"{name}: not what event {of_one.made.id} says, in {changed}."


def _gone(numbers: Sequence[int]) -> Iterator[str]:
    told = every(select(Event).where(Event.id.in_(numbers)))
    lines = {line.facts.get("decision"): line for line in told}
    there = set(every(select(Decision.public_id).where(Decision.public_id.in_(lines))))
    for public_id in lines.keys() - there:
        line = lines[public_id]
        yield f"Decision {line.facts.get('reference')}: event {line.id} tells of it, but it is gone."
