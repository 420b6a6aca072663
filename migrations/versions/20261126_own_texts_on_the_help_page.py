"""own texts on the help page

Revision: 4a6482b7a746
Revises: 5e0c7d1b9a34
Created: 2026-11-25 19:47:30.153455
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4a6482b7a746"
down_revision = "5e0c7d1b9a34"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("help", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.add_column(sa.Column("help", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.drop_column("help")

    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.drop_column("help")
