"""who looks at the portal as somebody else

Revision: 2cf60cfde7f2
Revises: dea94b2f5e8b
Created: 2026-11-25 19:15:34.749685
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2cf60cfde7f2"
down_revision = "dea94b2f5e8b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "viewings",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["users.id"], name=op.f("fk_viewings_person_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["user_sessions.id"],
            name=op.f("fk_viewings_session_id_user_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_viewings_public_id")),
    )
    with op.batch_alter_table("viewings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_viewings_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_viewings_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_viewings_session_id"), ["session_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("viewings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_viewings_session_id"))
        batch_op.drop_index(batch_op.f("ix_viewings_person_id"))
        batch_op.drop_index(batch_op.f("ix_viewings_ended_at"))

    op.drop_table("viewings")
