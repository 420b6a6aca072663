"""What is looked at again every working morning: whether somebody is to be reminded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.agency import agency_zone
from app.core.due import Due
from app.core.errors import Conflict
from app.core.humane import day_there, next_morning


class Watch(Due):
    """Looks every working morning whether somebody is to be reminded.

    Nothing is planned ahead: what happened since, such as another date or the answer, counts by itself,
    and what was missed while no worker ran is one reminder.
    """

    __abstract__ = True

    def look_again(self, zones: Sequence[str]) -> None:
        """Look again at the next working morning of whoever has it first."""
        self.settle()
        moment = clock.now()
        self.due_at = min((next_morning(moment, zone) for zone in zones), default=None)

    def give_up(self, problem: str) -> None:
        """Note what went wrong, and look again: what went wrong today can be right tomorrow."""
        super().give_up(problem)
        self.tries, self.due_at = 0, next_morning(clock.now(), "UTC")


class RemindedToday(Conflict):
    """Who is reminded twice a day reads neither."""

    sentence = _l("There was a reminder today already. You can send the next one tomorrow.")


class NobodyToRemind(Conflict):
    """Nobody can answer: it is done, or who was asked is not here any more."""

    sentence = _l("There is nobody who could be reminded of this now.")


def is_today(last: datetime | None) -> bool:
    """Whether something was today, by the agency's clock."""
    zone = agency_zone()
    return last is not None and day_there(last, zone) == day_there(clock.now(), zone)
