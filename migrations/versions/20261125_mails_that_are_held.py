"""mails that are held

Revision: 13c8eaa3f2ff
Revises: 2cf60cfde7f2
Created: 2026-11-25 19:17:01.313517
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "13c8eaa3f2ff"
down_revision = "2cf60cfde7f2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("says", sa.String(length=500), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("brief", sa.String(length=500), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("url", sa.String(length=500), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("needed_by", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("called_off", sa.String(length=10), nullable=False, server_default="")
        )
        batch_op.create_index(
            "ix_mails_user_id_held_until", ["user_id", "held_until"], unique=False
        )
    op.execute(
        "UPDATE mails SET called_off = 'moot', problem = '' WHERE problem LIKE 'Called off:%'"
    )


def downgrade() -> None:
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index("ix_mails_user_id_held_until")
        batch_op.drop_column("called_off")
        batch_op.drop_column("held_until")
        batch_op.drop_column("needed_by")
        batch_op.drop_column("url")
        batch_op.drop_column("brief")
        batch_op.drop_column("says")
