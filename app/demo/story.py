"""How the demo is told: steps, each with its moment, done in the order of time as if it were then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.core import clock
from app.core.events import Device, record
from app.extensions import db

ZONE = ZoneInfo("Europe/Berlin")
DEVICES = {
    "ole": Device("192.0.2.10", "Safari, macOS"),
    "jana": Device("192.0.2.11", "Firefox, macOS"),
    "tom": Device("192.0.2.12", "Chrome, Linux"),
    "annette": Device("198.51.100.23", "Safari, iPhone"),
    "murat": Device("198.51.100.23", "Chrome, Android"),
    "hauke": Device("203.0.113.5", "Edge, Windows"),
    "silke": Device("203.0.113.5", "Firefox, Windows"),
    "inken": Device("203.0.113.77", "Safari, iPad"),
    "kea": Device("203.0.113.77", "Firefox, Windows"),
}


class Story:
    """Steps that are written down in any order, and told in the order of their time."""

    def __init__(self) -> None:
        self.now = clock.now().astimezone(ZONE)
        self.people: dict[str, User] = {}
        self.clients: dict[str, Client] = {}
        self._steps: list[tuple[datetime, Callable[[], Any]]] = []

    def day(self, working_days: int) -> date:
        """The day that is so many working days away; negative in the past."""
        day, step = self.now.date(), timedelta(days=1 if working_days > 0 else -1)
        for _ in range(abs(working_days)):
            day += step
            while day.weekday() > 4:
                day += step
        return day

    def since(self, day: date) -> int:
        """How many working days ago a day was."""
        days = (day + timedelta(days=n) for n in range((self.now.date() - day).days))
        return sum(each.weekday() < 5 for each in days)

    def spoken(self, working_days: int) -> str:
        """That day as it stands in a letter: Donnerstag, 24. September."""
        return format_date(self.day(working_days), "EEEE, d. MMMM", locale="de")

    def due(self, working_days: int, hour: int = 18) -> datetime:
        """A deadline. One for today is tomorrow's where the day is nearly over."""
        day = datetime.combine(self.day(working_days), time(hour), ZONE)
        late = working_days == 0 and day - self.now < timedelta(hours=1)
        return day + timedelta(days=1) if late else day

    def moment(self, ago: int, at: str) -> datetime:
        """So many working days ago at this time; 0 is today, where `at` says how many minutes ago."""
        if ago == 0:
            return self.now.astimezone(UTC) - timedelta(minutes=int(at))
        return datetime.combine(self.day(-ago), time.fromisoformat(at), ZONE)

    def then(self, ago: int, at: str, step: Callable[[], Any]) -> None:
        """Write down a step."""
        self._steps.append((self.moment(ago, at), step))

    def tell(self) -> None:
        """Do all steps, each at its moment."""
        for moment, step in sorted(self._steps, key=lambda each: each[0]):
            with clock.at(moment):
                step()
                db.session.flush()

    def noted(self, verb: str, subject: Any, by: str, **more: Any) -> None:
        """Leave a line in the log, as the routes do."""
        record(verb, subject, by=self.people[by], where=DEVICES[by], **more)
