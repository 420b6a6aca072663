"""spells of approvals

Revision: 064de602b8cf
Revises: 3e8b5a8dcfb7
Created: 2026-11-25 16:23:47.437670
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "064de602b8cf"
down_revision = "3e8b5a8dcfb7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    spells = op.create_table(
        "approval_spells",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_approval_spells_approval_id_approvals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_spells")),
    )
    with op.batch_alter_table("approval_spells", schema=None) as batch_op:
        batch_op.create_index(
            "ix_approval_spells_approval_id_id", ["approval_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_approval_spells_side_began_at", ["side", "began_at"], unique=False
        )
    rows = _told_by_what_is_there()
    if rows:
        op.bulk_insert(spells, rows)


def downgrade() -> None:
    with op.batch_alter_table("approval_spells", schema=None) as batch_op:
        batch_op.drop_index("ix_approval_spells_side_began_at")
        batch_op.drop_index("ix_approval_spells_approval_id_id")

    op.drop_table("approval_spells")


def _told_by_what_is_there() -> list[dict[str, Any]]:
    """The spells of approvals so far: a round begins with its items, and one decision ends it."""
    approvals = sa.table("approvals", sa.column("id"), sa.column("state"), _instant("state_at"))
    items = sa.table(
        "approval_items", sa.column("approval_id"), sa.column("round"), _instant("created_at")
    )
    decisions = sa.table(
        "decisions",
        *(sa.column("approval_id"), sa.column("round"), sa.column("outcome")),
        _instant("created_at"),
    )
    run = op.get_bind().execute
    begun: dict[int, dict[int, Any]] = {}
    for number, round_, at in run(
        sa.select(items.c.approval_id, items.c.round, sa.func.min(items.c.created_at))
        .group_by(items.c.approval_id, items.c.round)
        .order_by(items.c.approval_id, items.c.round)
    ):
        begun.setdefault(number, {})[round_] = at
    decided = {
        (each.approval_id, each.round): (each.outcome, each.created_at)
        for each in run(sa.select(decisions).order_by(decisions.c.created_at))
    }
    rows = []
    for number, state, state_at in run(sa.select(approvals).order_by(approvals.c.id)):
        for round_, at in begun.get(number, {}).items():
            outcome, settled = decided.get((number, round_), ("", None))
            is_last = round_ + 1 not in begun[number]
            after = state_at if is_last and state == "withdrawn" else begun[number].get(round_ + 1)
            client = {"side": "client", "began_at": at, "ended_at": settled or after}
            rows.append({"approval_id": number, "round": round_, **client})
            if outcome == "changes":
                agency = {"side": "agency", "began_at": settled, "ended_at": after}
                rows.append({"approval_id": number, "round": round_, **agency})
    return rows


def _instant(name: str) -> Any:
    return sa.column(name, sa.DateTime(timezone=True))
