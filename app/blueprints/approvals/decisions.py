"""Decisions: what a person said to exactly the versions that they saw. Never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Select,
    String,
    Text,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.models import FINISHED, Approval, Overtaken
from app.core import clock
from app.core.agency import Agency
from app.core.errors import Conflict, DomainError, NotAllowed
from app.core.events import Device
from app.core.models import Model, one
from app.extensions import Base, db

OUTCOMES = ("approved", "changes")


class ReasonMissing(DomainError):
    """Without a reason, nobody knows what to change."""

    status = 422
    sentence = _l("Please write what we should change. One sentence is enough.")


class Decision(Model):
    """One person's word on one round of an approval, with all that the receipt says."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("approval_id", "round", "by_id"),
        CheckConstraint("outcome IN ('approved', 'changes')", name="known_outcome"),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    approval: Mapped[Approval] = relationship(lazy="joined", innerjoin=True)
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    outcome: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    seen: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(String(45), default="")
    device: Mapped[str] = mapped_column(String(120), default="")

    @classmethod
    def make(
        cls, approval: Approval, by: User, outcome: str, reason: str, seen: str, where: Device
    ) -> tuple[Self, bool]:
        """Decide on what the person saw (`seen` of the page), and close the round.

        Returns the decision, and whether it is new: pressing twice gives the first result.
        Raises Overtaken if somebody else decided, a newer version came or the request was withdrawn,
        NotAllowed if it was not asked of them, Conflict if the project is finished, ReasonMissing.
        """
        approval.hold()
        earlier = cls.of_round(approval)
        if earlier is not None and earlier.by_id == by.id and earlier.answers(seen):
            return earlier, False
        if approval.project.is_finished:
            raise Conflict(FINISHED)
        items = approval.current_items()
        current = ",".join(sorted(item.version.public_id for item in items))
        if not approval.is_open or seen != current:
            raise Overtaken(approval)
        if not approval.is_asked_of(by):
            raise NotAllowed
        if outcome == "changes" and not reason:
            raise ReasonMissing
        decision = cls(approval=approval, round=approval.round, by=by, outcome=outcome)
        decision.reason, decision.address, decision.device = reason, where.address, where.name
        decision.created_at = clock.now()
        decision.reference = ReferenceCounter.next(decision.created_at)
        decision.seen = [_facts(item.version) for item in items]
        db.session.add(decision)
        approval.settle(decision)
        db.session.flush()
        return decision, True

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The decisions that exist for a person: those on approvals that do."""
        approvals = Approval.visible_to(user).with_only_columns(Approval.id)
        return select(cls).where(cls.approval_id.in_(approvals))

    @classmethod
    def of_approval(cls, approval: Approval) -> Select[Self]:
        """What was decided in each round, the last first; there are few rounds."""
        return select(cls).where(cls.approval_id == approval.id).order_by(cls.round.desc())

    @classmethod
    def of_round(cls, approval: Approval) -> Self | None:
        """What was decided in the current round."""
        mine = (cls.approval_id == approval.id, cls.round == approval.round)
        return one(select(cls).where(*mine).order_by(cls.id.desc()).limit(1))

    @property
    def is_approval(self) -> bool:
        return self.outcome == "approved"

    @property
    def masked_address(self) -> str:
        """The network address without its last part: enough to recognise, too little to follow."""
        separator = ":" if ":" in self.address else "."
        head, found, _last = self.address.rpartition(separator)
        return f"{head}{separator}•••" if found else ""

    def answers(self, seen: str) -> bool:
        """Whether this decision is on exactly what somebody has before them."""
        return ",".join(sorted(each["version"] for each in self.seen)) == seen


class ReferenceCounter(Base):
    """The last number given to a decision in a year; its row is locked while the next one is."""

    __tablename__ = "reference_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)

    @classmethod
    def next(cls, moment: datetime) -> str:
        """The next reference of the year in the agency's time zone, without gaps: F-2026-0093."""
        agency = Agency.current()
        zone = ZoneInfo(agency.time_zone if agency else "UTC")
        year = moment.astimezone(zone).year
        db.session.execute(
            text(
                "INSERT INTO reference_counters (year, last) VALUES (:year, 0) ON CONFLICT DO NOTHING"
            ),
            {"year": year},
        )
        query = select(cls).where(cls.year == year).with_for_update()
        counter = db.session.scalars(query.execution_options(populate_existing=True)).one()
        counter.last += 1
        return f"F-{year}-{counter.last:04d}"


def _facts(version: Any) -> dict[str, Any]:
    return {
        "version": version.public_id,
        "name": version.name,
        "number": version.number,
        "size": version.size,
        "sha256": version.sha256,
    }
