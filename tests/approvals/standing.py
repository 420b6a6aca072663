"""How all approvals stand, read from the tables in a few queries; and what must hold of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.deciders import ApprovalDecider, is_turn
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.spells import SIDES, Spell
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.core.events import Event
from app.core.models import every
from app.extensions import db
from tests.approvals.replay import replayed

APPROVALS = select(Approval).order_by(Approval.id)
ITEMS = (
    select(ApprovalItem.approval_id, ApprovalItem.round)
    .add_columns(Version.public_id, Version.name, Version.number)
    .add_columns(File.number.label("newest"), File.shared_at, File.archival_id)
    .join(Version, Version.id == ApprovalItem.version_id)
    .join(File, File.id == ApprovalItem.file_id)
    .order_by(ApprovalItem.id)
)
SAID = (
    select(Decision.approval_id, Decision.round, Decision.outcome, Decision.seen)
    .add_columns(Decision.retraction_id, User.name)
    .join(User, User.id == Decision.by_id)
)
ASKED = (
    select(Approval.id, User.name)
    .join(ApprovalDecider, ApprovalDecider.approval_id == Approval.id)
    .join(User, User.id == ApprovalDecider.user_id)
    .order_by(ApprovalDecider.position)
)
TURNS = ASKED.where(is_turn(Approval, ApprovalDecider))
SIDE = select(Spell.approval_id, Spell.side).where(Spell.ended_at.is_(None))
Rows = list[Any]


class Standing:
    """Everything about all approvals at one moment."""

    def __init__(self) -> None:
        db.session.flush()
        self.approvals = every(APPROVALS)
        self.items, self.decisions, self.asked, self.turns, self.sides = (
            db.session.execute(query).all() for query in (ITEMS, SAID, ASKED, TURNS, SIDE)
        )

    def must_be_allowed(self) -> None:
        """Fail on what the rules forbid."""
        for approval in self.approvals:
            turns = [row.name for row in self.turns if row.id == approval.id]
            assert approval.is_open == bool(turns)
            assert approval.mode != "order" or len(turns) <= 1
            sides = [row.side for row in self.sides if row.approval_id == approval.id]
            assert sides == [SIDES[approval.state]] if approval.state in SIDES else not sides
            for item in self._items(approval.id, approval.round):
                assert approval.state == "withdrawn" or item.number == item.newest
                assert not approval.is_shown or item.shared_at
                assert not approval.is_open or item.archival_id is None
        for said in self.decisions:
            versions = {item.public_id for item in self._items(said.approval_id, said.round)}
            assert {each["version"] for each in said.seen} == versions
        standing = ((d.approval_id, d.round, d.name) for d in self.decisions if not d.retraction_id)
        assert max(Counter(standing).values(), default=1) == 1

    def must_be_explained_by(self, lines: Iterable[Event]) -> None:
        """Fail on what does not follow from the lines of the log."""
        told = replayed(lines)
        assert len(told) == len(self.approvals)
        for approval in self.approvals:
            line, round = told[approval.public_id], approval.round
            items = [(item.name, item.number) for item in self._items(approval.id, round)]
            assert (line.title, line.state) == (approval.title, approval.state)
            assert (line.round, line.draft, line.versions) == (round, approval.draft, items)
            assert line.standing == self._said(approval.id, round)
            assert line.is_presented == (not approval.is_internal)
            asked = [row.name for row in self.asked if row.id == approval.id]
            assert approval.is_internal or (line.deciders, line.mode) == (asked, approval.mode)

    def _items(self, number: int, round: int) -> Rows:
        return [row for row in self.items if (row.approval_id, row.round) == (number, round)]

    def _said(self, number: int, round: int) -> dict[str, str]:
        """What counts in a round, by who said it."""
        mine = [d for d in self.decisions if (d.approval_id, d.round) == (number, round)]
        return {each.name: each.outcome for each in mine if each.retraction_id is None}
