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
    Index,
    Select,
    String,
    Text,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.blueprints.approvals.errors import Overtaken, ReasonMissing
from app.blueprints.approvals.items import WITH_WORDS
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.question import Question
from app.blueprints.approvals.retractions import Retraction
from app.blueprints.approvals.sendings import send_with, what_to_change
from app.blueprints.projects.models import Project
from app.core import clock
from app.core.agency import Agency
from app.core.errors import Conflict, NotAllowed
from app.core.events import Device
from app.core.models import UNNESTED, Model, one
from app.extensions import Base, db

OUTCOMES = ("approved", "changes")


class Decision(Model):
    """One person's word on one round of an approval, with all that the receipt says."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index(
            "uq_decisions_standing",
            *("approval_id", "round", "by_id"),
            unique=True,
            sqlite_where=text("retraction_id IS NULL"),
            postgresql_where=text("retraction_id IS NULL"),
        ),
        CheckConstraint("outcome IN ('approved', 'changes')", name="known_outcome"),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    approval: Mapped[Approval] = relationship(lazy="joined", innerjoin=UNNESTED)
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)
    outcome: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    seen: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(String(45), default="")
    device: Mapped[str] = mapped_column(String(120), default="")
    retraction_id: Mapped[int | None] = mapped_column(ForeignKey("retractions.id"), unique=True)
    retraction: Mapped[Retraction | None] = relationship(lazy="joined")

    @classmethod
    def make(
        cls, approval: Approval, by: User, outcome: str, reason: str, seen: str, where: Device
    ) -> tuple[Self, bool]:
        """Decide on what the person saw (`seen` of the page), and close the round if that settles it.

        Returns the decision, and whether it is new: pressing twice gives the first result.
        Raises Overtaken if somebody else decided, a newer version came, it was withdrawn, or what is approved
        is called otherwise than the person read; NotAllowed if it was not asked of them, Conflict if others
        decide before them or the project is finished, ReasonMissing.
        """
        approval.hold()
        earlier = one(cls.standing(approval).where(cls.by_id == by.id))
        if earlier is not None and earlier.answers(seen):
            return earlier, False
        approval.must_be_running()
        items = approval.current_items()
        if not approval.is_open or not approval.is_still(seen, in_words=outcome == "approved"):
            raise Overtaken(approval)
        _must_be_their_turn(approval, by)
        if outcome == "changes" and not reason and not what_to_change(approval, by):
            raise ReasonMissing
        decision = cls(approval=approval, round=approval.round, by=by, outcome=outcome)
        decision.reason, decision.address, decision.device = reason, where.address, where.name
        decision.created_at = clock.now()
        decision.reference = ReferenceCounter.next(decision.created_at)
        decision.seen = [_facts(item.version) for item in items]
        db.session.add(decision)
        db.session.flush()
        send_with(decision)
        approval.settle()
        return decision, True

    @classmethod
    def visible_to(cls, user: User) -> Select[Self]:
        """The decisions that exist for a person: those on approvals that do."""
        approvals = Approval.visible_to(user).with_only_columns(Approval.id)
        return select(cls).where(cls.approval_id.in_(approvals))

    @classmethod
    def of_project(cls, user: User, project: Project) -> Select[Self]:
        """The decisions in a project that exist for a person."""
        approvals = Approval.of_project(user, project).with_only_columns(Approval.id)
        return select(cls).where(cls.approval_id.in_(approvals))

    @classmethod
    def of_approval(cls, approval: Approval) -> Select[Self]:
        """What was decided in each round, the last first; there are few rounds."""
        mine = select(cls).where(cls.approval_id == approval.id)
        return mine.order_by(cls.round.desc(), cls.id.desc())

    @classmethod
    def standing(cls, approval: Question) -> Select[Self]:
        """What counts in the current round: what was decided and not taken back."""
        mine = (cls.approval_id == approval.id, cls.round == approval.round)
        return select(cls).where(*mine, cls.retraction_id.is_(None)).order_by(cls.id)

    @property
    def is_approval(self) -> bool:
        return self.outcome == "approved"

    @property
    def masked_address(self) -> str:
        """The network address without its last part: enough to recognise, too little to follow."""
        separator = ":" if ":" in self.address else "."
        head, found, _last = self.address.rpartition(separator)
        return f"{head}{separator}•••" if found else ""

    @property
    def is_taken_back(self) -> bool:
        return self.retraction_id is not None

    def stands_in(self, approval: Approval) -> bool:
        """Whether it counts in the approval's current round."""
        return self.round == approval.round and not self.is_taken_back

    def take_back(self, by: User, reason: str, due_at: datetime | None = None) -> Retraction:
        """Let this decision count no more; its person is asked once more, in the same round, until `due_at`.

        Raises Overtaken if it was taken back before, its round is over or the request is withdrawn,
        Conflict if the project is finished.
        """
        approval = self.approval.hold()
        db.session.refresh(self, ["retraction_id"])
        approval.must_be_running()
        if self.is_taken_back or self.round != approval.round or approval.state == "withdrawn":
            raise Overtaken(approval)
        self.retraction = Retraction(by=by, reason=reason)
        db.session.flush()
        approval.settle()
        if approval.is_open:
            approval.due_at = due_at
        return self.retraction

    def answers(self, seen: str) -> bool:
        """Whether this decision is on exactly what somebody has before them."""
        versions, _sign, _words = seen.partition(WITH_WORDS)
        return ",".join(sorted(each["version"] for each in self.seen)) == versions


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


def _must_be_their_turn(approval: Approval, by: User) -> None:
    if not approval.is_asked_of(by):
        raise NotAllowed
    if not approval.is_turn_of(by):
        raise Conflict(_l("Others decide before you. You get a mail as soon as it is your turn."))


def _facts(version: Any) -> dict[str, Any]:
    return {
        "version": version.public_id,
        "name": version.name,
        "number": version.number,
        "size": version.size,
        "sha256": version.sha256,
        "url": version.url,
        **({"copy_sha256": version.copy_sha256} if version.copy_sha256 else {}),
    }
