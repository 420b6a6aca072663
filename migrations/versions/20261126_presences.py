"""who has which page before them

Revision: 9d018a442efc
Revises: 35afdb6ba798
Created: 2026-11-25 19:27:35.692163
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "9d018a442efc"
down_revision = "35afdb6ba798"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presences",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_presences_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_presences")),
    )


def downgrade() -> None:
    op.drop_table("presences")
