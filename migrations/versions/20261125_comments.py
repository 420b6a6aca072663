"""comments, and the reasons of earlier decisions among them

Revision: e57dbe5a129d
Revises: 7c1f0f6c2a51
Created: 2026-11-25 16:15:45.295772
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e57dbe5a129d"
down_revision = "7c1f0f6c2a51"
branch_labels = None
depends_on = None

# What has been followed by a newer version counts as done: nobody was asked to tick it off.
REASONS = """
    INSERT INTO comments (
        public_id, created_at, sent_at, approval_id, round, item_id, author_id, decision_id, is_reason,
        body, resolved_at, resolved_round
    )
    SELECT
        d.public_id, d.created_at, d.created_at, d.approval_id, d.round,
        (
            SELECT MIN(i.id) FROM approval_items i
            WHERE i.approval_id = d.approval_id AND i.round = d.round HAVING COUNT(*) = 1
        ),
        d.by_id, d.id, TRUE, d.reason,
        CASE WHEN a.round > d.round THEN a.asked_at END,
        CASE WHEN a.round > d.round THEN d.round + 1 END
    FROM decisions d JOIN approvals a ON a.id = d.approval_id
    WHERE d.outcome = 'changes' AND d.reason <> ''
"""


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("is_reason", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.Column("resolved_round", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["comments.id"], name=op.f("fk_comments_answers_id_comments")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_comments_approval_id_approvals")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_comments_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_comments_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["approval_items.id"], name=op.f("fk_comments_item_id_approval_items")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["users.id"], name=op.f("fk_comments_resolved_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comments_public_id")),
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index("ix_comments_answers_id_id", ["answers_id", "id"], unique=False)
        batch_op.create_index(
            "ix_comments_approval_id_sent_at_id", ["approval_id", "sent_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_comments_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_decision_id"), ["decision_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_item_id"), ["item_id"], unique=False)
    op.execute(REASONS)


def downgrade() -> None:
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comments_item_id"))
        batch_op.drop_index(batch_op.f("ix_comments_decision_id"))
        batch_op.drop_index(batch_op.f("ix_comments_author_id"))
        batch_op.drop_index("ix_comments_approval_id_sent_at_id")
        batch_op.drop_index("ix_comments_answers_id_id")

    op.drop_table("comments")
