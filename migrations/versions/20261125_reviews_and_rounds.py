"""reviews and rounds

Revision: 67efe8350f39
Revises: e57dbe5a129d
Created: 2026-11-25 16:55:39.276548
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "67efe8350f39"
down_revision = "e57dbe5a129d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval_reviewers",
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["approval_id"],
            ["approvals.id"],
            name=op.f("fk_approval_reviewers_approval_id_approvals"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_approval_reviewers_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_reviewers")),
        sa.UniqueConstraint(
            "approval_id", "user_id", name=op.f("uq_approval_reviewers_approval_id_user_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_approval_reviewers_public_id")),
    )
    with op.batch_alter_table("approval_reviewers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_approval_reviewers_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "reviews",
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("draft", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('passed', 'returned')", name=op.f("ck_reviews_known_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approvals.id"], name=op.f("fk_reviews_approval_id_approvals")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_reviews_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint(
            "approval_id", "draft", "by_id", name=op.f("uq_reviews_approval_id_draft_by_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_reviews_public_id")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviews_by_id"), ["by_id"], unique=False)

    with op.batch_alter_table("approval_deciders", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("by_mail", sa.Boolean(), nullable=False, server_default=sa.true())
        )

    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("presented_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("draft", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("rounds_agreed", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f("ck_approvals_known_state"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_approvals_known_state"),
            "state IN ('review', 'returned', 'open', 'approved', 'changes', 'withdrawn')",
        )
    # What was asked before had no review: the client has been shown it.
    op.execute("UPDATE approvals SET presented_at = created_at")


def downgrade() -> None:
    op.execute("UPDATE approvals SET state = 'withdrawn' WHERE state IN ('review', 'returned')")
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_approvals_known_state"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_approvals_known_state"),
            "state IN ('open', 'approved', 'changes', 'withdrawn')",
        )
        batch_op.drop_column("rounds_agreed")
        batch_op.drop_column("draft")
        batch_op.drop_column("presented_at")

    with op.batch_alter_table("approval_deciders", schema=None) as batch_op:
        batch_op.drop_column("by_mail")

    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reviews_by_id"))

    op.drop_table("reviews")
    with op.batch_alter_table("approval_reviewers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_reviewers_user_id"))

    op.drop_table("approval_reviewers")
