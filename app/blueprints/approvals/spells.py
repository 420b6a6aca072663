"""Spells: with whom an approval lies, from when until when, for every round. Reports will count them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import (
    ForeignKey,
    Index,
    Select,
    String,
    delete,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.blueprints.approvals.models import Approval
from app.core import clock
from app.core.models import Instant, every
from app.extensions import Base

CLIENT, AGENCY = "client", "agency"
SIDES = {"open": CLIENT, "changes": AGENCY, "review": AGENCY, "returned": AGENCY}
"""Who has to act in a state; in all others, nobody."""
BEGINS_ANEW = ("state", "round")
MOMENT = timedelta(seconds=1)


class Spell(Base):
    """A time during which one side had to act."""

    __tablename__ = "approval_spells"
    __table_args__ = (
        Index("ix_approval_spells_approval_id_id", "approval_id", "id"),
        Index("ix_approval_spells_side_began_at", "side", "began_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    round: Mapped[int]
    side: Mapped[str] = mapped_column(String(8))
    began_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def of(cls, approval: Approval) -> Select[Self]:
        """All of an approval, in the order of time."""
        return select(cls).where(cls.approval_id == approval.id).order_by(cls.id)

    def lasted(self, until: datetime) -> timedelta:
        """How long it was, or is so far."""
        return max((self.ended_at or until) - self.began_at, timedelta())


@dataclass(frozen=True, slots=True)
class Shares:
    """How long a round was with either side."""

    round: int
    client: timedelta
    agency: timedelta


def shares_of(approval: Approval) -> list[Shares]:
    """Who took how long, round by round; what is finished waits for nobody any more."""
    until = approval.project.finished_at or clock.now()
    spells = every(Spell.of(approval))
    rounds = dict.fromkeys(each.round for each in spells)
    return [_shares(number, [s for s in spells if s.round == number], until) for number in rounds]


def _shares(number: int, spells: Sequence[Spell], until: datetime) -> Shares:
    sums = {CLIENT: timedelta(), AGENCY: timedelta()}
    for each in spells:
        sums[each.side] += each.lasted(until)
    return Shares(number, sums[CLIENT], sums[AGENCY])


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    """End the spell of each approval whose state or round has just changed, and begin the next."""
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Approval) and (row in session.new or _has_changed(row)):
            _turn(session, row)


def _has_changed(approval: Approval) -> bool:
    attributes = inspect(approval).attrs
    return any(attributes[name].history.has_changes() for name in BEGINS_ANEW)


def _turn(session: Session, approval: Approval) -> None:
    lasting = (Spell.approval_id == approval.id, Spell.ended_at.is_(None))
    # What is asked without a review passes through it all the same, for a moment.
    session.execute(delete(Spell).where(*lasting, Spell.began_at > approval.state_at - MOMENT))
    session.execute(update(Spell).where(*lasting).values(ended_at=approval.state_at))
    side = SIDES.get(approval.state)
    if side is not None:
        begun = {"approval_id": approval.id, "round": approval.round, "side": side}
        session.execute(insert(Spell).values(began_at=approval.state_at, **begun))
