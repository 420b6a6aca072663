"""How often people are reminded: before, at and after a date, or some days after they were asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from flask import g
from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.humane import DAY, day_there, morning_by, morning_from
from app.extensions import Base, db


@dataclass(frozen=True, slots=True)
class Rhythm:
    """So many days before a date, on the day, and then every so many days; 0 means never.

    `undated` is for what has no date: one reminder, so many days after asking.
    """

    before: int = 0
    on_the_day: bool = False
    every: int = 0
    at_most: int = 0
    undated: int = 0

    def mornings(self, zone: str, asked_at: datetime, due_at: datetime | None) -> list[datetime]:
        """When a person in this zone is to be reminded; never on the day on which they were asked."""
        asked_on = day_there(asked_at, zone)
        found = {*self._around(due_at, zone)} if due_at else {*self._after(asked_at, zone)}
        return sorted(each for each in found if day_there(each, zone) > asked_on)

    def still_to_come(
        self, zone: str, asked_at: datetime, due_at: datetime | None, heard_at: datetime
    ) -> list[datetime]:
        """Those on days after the one on which the person last heard of it: asked then, or reminded."""
        heard_on = day_there(heard_at, zone)
        mornings = self.mornings(zone, asked_at, due_at)
        return [each for each in mornings if day_there(each, zone) > heard_on]

    def _around(self, due_at: datetime, zone: str) -> Iterator[datetime]:
        day = day_there(due_at, zone)
        if self.before:
            yield morning_by(day - self.before * DAY, zone)
        if self.on_the_day:
            morning = morning_by(day, zone)
            yield morning if morning < due_at else morning_by(day - DAY, zone)
        if self.every:  # Days of a weekend fall together on its Monday; they count once.
            days = range(1, 2 * self.at_most + 3)
            late = dict.fromkeys(morning_from(day + n * self.every * DAY, zone) for n in days)
            yield from islice(late, self.at_most)

    def _after(self, asked_at: datetime, zone: str) -> Iterator[datetime]:
        if self.undated:
            yield morning_from(day_there(asked_at, zone) + self.undated * DAY, zone)


USUAL = "usual"
OTHERS = {
    "day": Rhythm(on_the_day=True, undated=7),
    "daily": Rhythm(before=1, on_the_day=True, every=1, at_most=10, undated=2),
    "none": Rhythm(),
}
"""What an approval may follow instead of the agency's usual rhythm."""
CHOICES = (USUAL, *OTHERS)


class UsualRhythm(Base):
    """How the agency reminds unless an approval says otherwise: one row, made when it is first changed."""

    __tablename__ = "usual_rhythm"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    before: Mapped[int]
    on_the_day: Mapped[bool]
    every: Mapped[int]
    at_most: Mapped[int]
    undated: Mapped[int]

    @classmethod
    def current(cls) -> Rhythm:
        """What is usual now, read once per request."""
        if "usual_rhythm" not in g:
            row = db.session.get(cls, 1)
            g.usual_rhythm = row.rhythm if row else Rhythm(2, True, 3, 3, 5)
        found: Rhythm = g.usual_rhythm
        return found

    @classmethod
    def set(cls, rhythm: Rhythm) -> None:
        """Let this be usual from now on."""
        db.session.merge(cls(id=1, **asdict(rhythm)))
        g.usual_rhythm = rhythm

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.before, self.on_the_day, self.every, self.at_most, self.undated)


def rhythm_called(name: str) -> Rhythm:
    """The rhythm that goes by this name."""
    return OTHERS[name] if name in OTHERS else UsualRhythm.current()
