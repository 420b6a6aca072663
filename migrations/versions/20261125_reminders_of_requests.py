"""reminders of requests

Revision: 9405cd559ef3
Revises: 0005_enclosures
Created: 2026-11-25 17:38:53.175625
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "9405cd559ef3"
down_revision = "0005_enclosures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_reminders",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_request_reminders_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["file_requests.id"],
            name=op.f("fk_request_reminders_request_id_file_requests"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_request_reminders_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_reminders")),
        sa.UniqueConstraint("public_id", name=op.f("uq_request_reminders_public_id")),
        sa.UniqueConstraint(
            "request_id", "user_id", "day", name=op.f("uq_request_reminders_request_id_user_id_day")
        ),
    )
    with op.batch_alter_table("request_reminders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_reminders_user_id"), ["user_id"], unique=False)

    op.create_table(
        "request_watches",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["file_requests.id"],
            name=op.f("fk_request_watches_request_id_file_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_watches")),
        sa.UniqueConstraint("public_id", name=op.f("uq_request_watches_public_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_request_watches_request_id")),
    )
    with op.batch_alter_table("request_watches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_watches_due_at"), ["due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("request_watches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_watches_due_at"))

    op.drop_table("request_watches")
    with op.batch_alter_table("request_reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_reminders_user_id"))

    op.drop_table("request_reminders")
