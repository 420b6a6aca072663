"""Chores: what is done again and again, such as deleting what has run out. One row for each, due like all work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.database import reading
from app.core.due import Drain, Due
from app.core.models import every as all_of
from app.extensions import db

REST = timedelta(days=1)
"""How long a chore waits that has failed again and again."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a chore does, and how often."""

    work: Callable[[], None]
    interval: timedelta


DUTIES: dict[str, Duty] = {}


def again(name: str, interval: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Have the decorated function called every `interval`, in a transaction of its own that it may end."""

    def add(work: Callable[[], None]) -> Callable[[], None]:
        DUTIES[name] = Duty(work, interval)
        return work

    return add


class Chore(Due):
    """When a duty is next due."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(String(60), unique=True)

    def give_up(self, problem: str) -> None:
        """Note what went wrong; a chore is never given up for good."""
        super().give_up(problem)
        self.tries, self.due_at = 0, clock.now() + REST


def _make_missing() -> None:
    with reading():
        known = all_of(select(Chore.name))
        db.session.rollback()
    missing = DUTIES.keys() - set(known)
    if not missing:
        return
    for name in missing:
        db.session.add(Chore(name=name, due_at=clock.now() + DUTIES[name].interval))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()  # Another worker was faster; the rows are there.


def _do(chore: Chore) -> None:
    duty = DUTIES.get(chore.name)
    if duty is not None:
        duty.work()  # It may commit on its way; killed then, it is due again.
    chore.settle()
    if duty is not None:
        chore.due_at = clock.now() + duty.interval


DRAIN = Drain("chores", Chore, _do, prepare=_make_missing)
