"""When a person wants to hear of what: how often of each kind, quiet hours, projects that are mute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.blueprints.accounts.models import User
from app.blueprints.notifications.kinds import NOW, OFF, WEEKLY, kind_of
from app.core.humane import is_working_day
from app.core.models import every
from app.extensions import Base, db

BUNDLE = timedelta(minutes=3)
DIGEST = time(8)
MONDAY = 0
DAY = timedelta(days=1)


class Choice(Base):
    """How often a person wants one kind of news by mail."""

    __tablename__ = "notification_choices"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    often: Mapped[str] = mapped_column(String(8))


class QuietHours(Base):
    """When a person does not want to be disturbed, on their own clock. Without a row: never."""

    __tablename__ = "quiet_hours"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    at_night: Mapped[bool] = mapped_column(default=False)
    begins: Mapped[time] = mapped_column(default=time(19))
    ends: Mapped[time] = mapped_column(default=time(7))
    on_weekends: Mapped[bool] = mapped_column(default=False)


class Mute(Base):
    """A project of which a person wants no mails."""

    __tablename__ = "mutes"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    project_id: Mapped[int] = mapped_column(
        ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True, index=True
    )


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours as they are counted with; `begins` may be later than `ends`: over midnight."""

    begins: time | None = None
    ends: time = time(7)
    on_weekends: bool = False

    def end_of(self, moment: datetime) -> datetime | None:
        """When the quiet time ends that a moment on the person's clock is in; None if it is in none."""
        if self.on_weekends and not is_working_day(moment.date()):
            return _at(moment.date() + DAY, time(0), moment)
        if self.begins is None or self.begins == self.ends:
            return None
        clock = moment.time()
        if self.begins < self.ends:
            return (
                _at(moment.date(), self.ends, moment) if self.begins <= clock < self.ends else None
            )
        if clock >= self.begins:
            return _at(moment.date() + DAY, self.ends, moment)
        return _at(moment.date(), self.ends, moment) if clock < self.ends else None


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that a person has chosen, read at once."""

    zone: ZoneInfo
    often: dict[str, str]
    quiet: Quiet = Quiet()
    muted: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, user: User) -> Self:
        """What this person has chosen; four short queries."""
        chosen = every(select(Choice).where(Choice.user_id == user.id))
        row = db.session.get(QuietHours, user.id)
        quiet = (
            Quiet(row.begins if row.at_night else None, row.ends, row.on_weekends)
            if row
            else Quiet()
        )
        muted = every(select(Mute.project_id).where(Mute.user_id == user.id))
        return cls(
            ZoneInfo(user.time_zone),
            {each.kind: each.often for each in chosen},
            quiet,
            frozenset(muted),
        )

    def how_often(self, kind: str, user: User) -> str:
        """How often the person wants this kind: as they chose, or as is usual for their side."""
        return self.often.get(kind) or kind_of(kind).usual_for(user)

    def when(
        self, happened: datetime, often: str, project_id: int | None, *, alone: bool
    ) -> datetime | None:
        """When news of this time is to be told by mail; None for never.

        At once means after three minutes, so that what comes together goes together, unless it comes
        alone. Daily is on working days in the morning, weekly on Mondays. Quiet hours put off all.
        """
        if often == OFF or project_id in self.muted:
            return None
        if often == NOW:
            moment = happened if alone else happened + BUNDLE
        else:
            moment = self._next_digest(happened, often)
        return self._not_in_quiet(moment)

    def _next_digest(self, after: datetime, often: str) -> datetime:
        day = after.astimezone(self.zone).date()
        while not self._comes_on(day, often) or self._digest(day) <= after:
            day += DAY
        return self._digest(day)

    def _comes_on(self, day: date, often: str) -> bool:
        return day.weekday() == MONDAY if often == WEEKLY else is_working_day(day)

    def _digest(self, day: date) -> datetime:
        return datetime.combine(day, DIGEST, self.zone).astimezone(UTC)

    def _not_in_quiet(self, moment: datetime) -> datetime:
        for _step in range(4):  # Friday night, a weekend, and the night that follows it.
            end = self.quiet.end_of(moment.astimezone(self.zone))
            if end is None:
                break
            moment = end.astimezone(UTC)
        return moment


def who_wants(people: Sequence[User], kind: str, project_id: int | None) -> list[User]:
    """Those who get mails of this kind, at once or later, and have not muted the project."""
    numbers = [person.id for person in people]
    chosen = select(Choice.user_id, Choice.often).where(
        Choice.user_id.in_(numbers), Choice.kind == kind
    )
    often = {row.user_id: row.often for row in db.session.execute(chosen)}
    muted = set(
        every(select(Mute.user_id).where(Mute.user_id.in_(numbers), Mute.project_id == project_id))
    )
    usual = kind_of(kind)
    return [
        person
        for person in people
        if person.id not in muted and (often.get(person.id) or usual.usual_for(person)) != OFF
    ]


def _at(day: date, clock: time, like: datetime) -> datetime:
    return datetime.combine(day, clock, like.tzinfo)
