"""Reminders of requests: who was reminded and when, and when we look next whether somebody is to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self

from sqlalchemy import Date, ForeignKey, Select, UniqueConstraint, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.blueprints.accounts.models import User
from app.blueprints.files.requests.models import FileRequest
from app.core import clock
from app.core.database import reading
from app.core.humane import day_there, next_morning
from app.core.models import Model, every, one
from app.core.rhythm import UsualRhythm
from app.core.watch import Watch
from app.extensions import db


class RequestReminder(Model):
    """One reminder of a request to one person. The database refuses a second on the same day of theirs."""

    __tablename__ = "request_reminders"
    __table_args__ = (UniqueConstraint("request_id", "user_id", "day"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("file_requests.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @classmethod
    def note(cls, asked: FileRequest, user: User, by: User | None) -> Self:
        """Note that a person is reminded now, by itself or by somebody of the agency."""
        reminder = cls(request_id=asked.id, user_id=user.id, by_id=by.id if by else None)
        reminder.created_at = clock.now()
        reminder.day = day_there(reminder.created_at, user.time_zone)
        db.session.add(reminder)
        db.session.flush()
        return reminder

    @classmethod
    def last_at(cls, request_ids: Sequence[int]) -> dict[int, datetime]:
        """When each of these requests was last reminded of."""
        latest = select(cls.request_id, func.max(cls.created_at)).group_by(cls.request_id)
        return dict(iter(db.session.execute(latest.where(cls.request_id.in_(request_ids)))))

    @classmethod
    def last_to(cls, asked: FileRequest) -> dict[int, datetime]:
        """When each person was last reminded of a request, by their numbers."""
        latest = select(cls.user_id, func.max(cls.created_at)).group_by(cls.user_id)
        return dict(iter(db.session.execute(latest.where(cls.request_id == asked.id))))


class RequestWatch(Watch):
    """Looks every working morning whether somebody is to be reminded of an open request."""

    __tablename__ = "request_watches"

    request_id: Mapped[int] = mapped_column(ForeignKey("file_requests.id"), unique=True)

    @classmethod
    def begin(cls, request_id: int) -> Self:
        """Look after a request from now on, again if that had ended."""
        watch = one(select(cls).where(cls.request_id == request_id))
        if watch is None:
            watch = cls(request_id=request_id)
            db.session.add(watch)
        watch.due_at = watch.due_at or clock.now()
        return watch


def mornings_of(asked: FileRequest, people: Sequence[User]) -> dict[int, list[datetime]]:
    """When each of these people is to be reminded, by their numbers, as far as they have not been."""
    rhythm, reminded, last = UsualRhythm.current(), RequestReminder.last_to(asked), asked.heard_at()
    return {
        user.id: rhythm.still_to_come(
            user.time_zone, asked.asked_at, asked.due_at, max(last, reminded.get(user.id, last))
        )
        for user in people
    }


def next_of(asked: FileRequest, people: Sequence[User]) -> datetime | None:
    """When the next reminder goes out by itself if nothing happens until then; None for never."""
    moment, found = clock.now(), mornings_of(asked, people)
    first = [
        morning if morning > moment else next_morning(moment, user.time_zone)
        for user in people
        for morning in found[user.id][:1]
    ]
    return min(first, default=None)


def watch_open_ones() -> None:
    """Begin to look after open requests that nobody looks after yet, or not any more."""
    with reading():
        numbers = every(_left_alone())
        db.session.rollback()
    for number in numbers:
        RequestWatch.begin(number)
        try:
            db.session.commit()
        except IntegrityError:
            db.session.rollback()  # Another worker was faster.


def _left_alone() -> Select[int]:
    watched = select(RequestWatch.request_id).where(RequestWatch.due_at.is_not(None))
    return select(FileRequest.id).where(FileRequest.state == "open", FileRequest.id.not_in(watched))
