"""Delays: how late something is so far, and what that moves if nothing is caught up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import to_user_timezone

from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project
from app.core import clock
from app.core.features import Waiting
from app.core.formats import date_of


@dataclass(frozen=True, slots=True)
class Delay:
    """So many days late so far, and the next date of the project; without a title, that is its end."""

    days: int
    on: date
    title: str = ""

    @property
    def later(self) -> date:
        """Where the date would move by what is lost so far."""
        return self.on + timedelta(days=self.days)

    @property
    def words(self) -> str:
        """What would move, from when to when."""
        days = {"day": date_of(self.on), "later": date_of(self.later)}
        if self.title:
            return str(
                _("“%(title)s” would move from %(day)s to %(later)s", title=self.title, **days)
            )
        return str(_("the project would be done on %(later)s instead of %(day)s", **days))


def delays_of(things: Sequence[Waiting]) -> dict[str, Delay]:
    """What is late by a day or more, by its address; where no date follows in its project, nothing moves."""
    late = {thing.url: _days_late(thing.due_at) for thing in things}
    overdue = [each for each in things if each.project is not None and late[each.url] > 0]
    following = Milestone.next_of([each.project.id for each in overdue], since=_today())
    found = {each.url: _delay(late[each.url], each.project, following) for each in overdue}
    return {url: delay for url, delay in found.items() if delay is not None}


def delay_of(project: Project, due_at: datetime | None) -> Delay | None:
    """The same for one thing of a project that was due."""
    days = _days_late(due_at)
    if days <= 0:
        return None
    return _delay(days, project, Milestone.next_of([project.id], since=_today()))


def _delay(days: int, project: Project, following: dict[int, Milestone]) -> Delay | None:
    milestone = following.get(project.id)
    if milestone is not None:
        return Delay(days, milestone.on, milestone.title)
    due_on = project.due_on
    return Delay(days, due_on) if due_on is not None and due_on >= _today() else None


def _days_late(due_at: datetime | None) -> int:
    return (_today() - _day(due_at)).days if due_at is not None else 0


def _today() -> date:
    return _day(clock.now())


def _day(instant: datetime) -> date:
    there: datetime = to_user_timezone(instant)
    return there.date()
