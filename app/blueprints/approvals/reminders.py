"""Reminders: who was reminded of an approval, and when we look next whether somebody is to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from sqlalchemy import Date, ForeignKey, Index, Select, String, UniqueConstraint, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.turns import turns_since
from app.core import clock
from app.core.database import reading
from app.core.humane import day_there, next_morning
from app.core.models import UNNESTED, Model, every, one
from app.core.rhythm import USUAL, Rhythm, rhythm_called
from app.core.watch import Watch
from app.extensions import db

MOST = 100


class Reminder(Model):
    """One reminder to one person. The database itself refuses a second on the same day of theirs."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("approval_id", "user_id", "day"),
        Index("ix_reminders_approval_id_id", "approval_id", "id"),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    round: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    user: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED, foreign_keys=user_id)
    day: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User | None] = relationship(lazy="joined", foreign_keys=by_id)

    @classmethod
    def note(cls, approval: Approval, user: User, by: User | None) -> Self:
        """Note that a person is reminded now, by themselves or by somebody of the agency."""
        moment = clock.now()
        reminder = cls(approval_id=approval.id, round=approval.round, user=user, by=by)
        reminder.day, reminder.created_at = day_there(moment, user.time_zone), moment
        db.session.add(reminder)
        db.session.flush()
        return reminder

    @classmethod
    def of_round(cls, approval: Approval) -> Sequence[Self]:
        """Those of the current round, the latest first; there are few: one a day and person at most."""
        mine = (cls.approval_id == approval.id, cls.round == approval.round)
        return every(select(cls).where(*mine).order_by(cls.id.desc()).limit(MOST))

    @classmethod
    def of_all_with(cls, approval: Approval) -> Select[Self]:
        """Those of an approval, or of its whole package, in all rounds."""
        kind = type(approval)
        package = select(kind.id).where(kind.package_id == approval.package_id)
        alone = cls.approval_id == approval.id
        return select(cls).where(cls.approval_id.in_(package) if approval.package_id else alone)

    @classmethod
    def last_of(cls, approval: Approval) -> datetime | None:
        """When an approval, or its package, was last reminded of."""
        mine = cls.of_all_with(approval).with_only_columns(func.max(cls.created_at))
        return one(mine)

    @classmethod
    def last_at(cls, approval_ids: Sequence[int]) -> dict[int, datetime]:
        """When each of these approvals was last reminded of."""
        latest = select(cls.approval_id, func.max(cls.created_at)).group_by(cls.approval_id)
        return dict(iter(db.session.execute(latest.where(cls.approval_id.in_(approval_ids)))))


@dataclass(frozen=True, slots=True)
class Awaited:
    """Somebody whose turn it is, since when, and when they last heard of it: asked then, or reminded."""

    user: User
    since: datetime
    heard_at: datetime

    @classmethod
    def of(
        cls, approval: Approval, people: Sequence[User], reminders: Sequence[Reminder]
    ) -> list[Self]:
        """How it stands with each of these people, given the reminders of the round."""
        turns = turns_since([approval], people)
        return [cls._of(user, turns[approval.id, user.id], reminders) for user in people]

    @property
    def zone(self) -> str:
        """Where the person is."""
        return self.user.time_zone

    @classmethod
    def _of(cls, user: User, since: datetime, reminders: Sequence[Reminder]) -> Self:
        reminded = [each.created_at for each in reminders if each.user_id == user.id]
        return cls(user, since, max([since, *reminded]))


class FollowUp(Watch):
    """Looks every working morning whether somebody is to be reminded of an open approval."""

    __tablename__ = "follow_ups"

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"), unique=True)
    rhythm_name: Mapped[str] = mapped_column(String(10), default=USUAL)

    @classmethod
    def of_approval(cls, approval: Approval) -> Select[Self]:
        """The one of an approval, if there is one already."""
        return select(cls).where(cls.approval_id == approval.id)

    @classmethod
    def of(cls, approval: Approval) -> Self:
        """The one of an approval, made if there is none yet."""
        query = cls.of_approval(approval)
        found = one(query)
        if found is None:
            try:
                with db.session.begin_nested():
                    db.session.add(cls(approval_id=approval.id, rhythm_name=USUAL))
            except IntegrityError:
                pass  # A worker was faster.
            found = one(query)
        assert found is not None
        return found

    @property
    def rhythm(self) -> Rhythm:
        """How it reminds now."""
        return rhythm_called(self.rhythm_name)

    def is_missing(self, approval: Approval, awaited: Awaited) -> bool:
        """Whether the time for a reminder has come, on a day after the one on which they last heard of it."""
        return any(each <= clock.now() for each in self._mornings(approval, awaited))

    def next_for(self, approval: Approval, awaited: Awaited) -> datetime | None:
        """When this person will be reminded if nothing happens until then."""
        moment = clock.now()
        first = next(iter(self._mornings(approval, awaited)), None)
        missed = first is not None and first <= moment
        return next_morning(moment, awaited.zone) if missed else first

    def _mornings(self, approval: Approval, awaited: Awaited) -> list[datetime]:
        return self.rhythm.still_to_come(
            awaited.zone, awaited.since, approval.due_at, awaited.heard_at
        )


def follow_open_ones() -> None:
    """Begin to look after open approvals that nobody looks after yet, or not any more."""
    with reading():
        numbers = every(_left_alone())
        db.session.rollback()
    for number in numbers:
        follow_up = FollowUp.of(db.session.get_one(Approval, number))
        follow_up.due_at = follow_up.due_at or clock.now()
        db.session.commit()


def _left_alone() -> Select[int]:
    looked_after = select(FollowUp.approval_id).where(FollowUp.due_at.is_not(None))
    return select(Approval.id).where(Approval.state == "open", Approval.id.not_in(looked_after))
