"""What waits for somebody, collected from all features that are on, with how pressing it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import to_user_timezone

from app.blueprints.accounts.models import User
from app.blueprints.projects.delays import Delay, delays_of
from app.blueprints.projects.models import Project
from app.core import clock, features
from app.core.amounts import upfirst
from app.core.features import Waiting
from app.core.formats import deadline, since

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits, its urgency (bad, due, or none), and until when or since when in words.

    `waits` says since when, where `when` says until when; `moves`, what it makes late.
    """

    thing: Waiting
    urgency: str
    when: str
    waits: str = ""
    moves: str = ""


@dataclass(frozen=True, slots=True)
class Pile:
    """What waits, the most pressing first."""

    things: Sequence[Waiting]
    delays: Mapping[str, Delay] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.things)

    @property
    def items(self) -> list[Item]:
        """The part that a page shows."""
        return [_item(thing, self.delays.get(thing.url)) for thing in self.things[:SHOWN]]

    @property
    def more(self) -> int:
        """How much is left out."""
        return max(self.count - SHOWN, 0)


def on_you(user: User, only: Callable[[Any], bool] | None = None) -> Pile:
    """What waits for a person; `only` chooses by the project."""
    return _pile(
        (thing for each in features.active() if each.waiting for thing in each.waiting(user)), only
    )


def with_clients(user: User, only: Callable[[Any], bool] | None = None) -> Pile:
    """What the agency waits for, as far as a person of the agency sees it, and what that makes late."""
    pile = _pile(
        (
            thing
            for each in features.active()
            if each.with_clients
            for thing in each.with_clients(user)
        ),
        only,
    )
    return replace(pile, delays=delays_of(pile.things[:SHOWN]))


def of_project(project: Project) -> Callable[[Any], bool]:
    """Chooses what belongs to one project."""
    return lambda other: other is not None and other.id == project.id


def _pile(things: Iterable[Waiting], only: Callable[[Any], bool] | None) -> Pile:
    chosen = [thing for thing in things if only is None or only(thing.project)]
    return Pile(sorted(chosen, key=lambda thing: thing.order))


def _item(thing: Waiting, delay: Delay | None) -> Item:
    urgency, waits = _urgency(thing.due_at), since(thing.since) if thing.due_at else ""
    if thing.due_at is None:
        when = since(thing.since)
    elif urgency == "bad":
        when = _("overdue %(since)s", since=since(thing.due_at))
    else:
        when = deadline(thing.due_at)
    words = f"{thing.kind}, {when}" if thing.kind else upfirst(when)
    return Item(thing, urgency, words, waits, delay.words if delay else "")


def _urgency(due_at: datetime | None) -> str:
    moment = clock.now()
    if due_at is None:
        urgency = ""
    elif due_at < moment:
        urgency = "bad"
    else:
        is_today = to_user_timezone(due_at).date() == to_user_timezone(moment).date()
        urgency = "due" if is_today else ""
    return urgency
