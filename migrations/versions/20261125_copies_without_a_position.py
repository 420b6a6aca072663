"""Copies without a position

Revision: 4886cb11bbc8
Revises: 13c8eaa3f2ff
Created: 2026-11-25 19:22:31.683061
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4886cb11bbc8"
down_revision = "13c8eaa3f2ff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copy_key", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("copy_sha256", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_transfers_copy_key"), ["copy_key"])

    with op.batch_alter_table("versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copy_key", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("copy_sha256", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_versions_copy_key"), ["copy_key"])


def downgrade() -> None:
    with op.batch_alter_table("versions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_versions_copy_key"), type_="unique")
        batch_op.drop_column("copy_sha256")
        batch_op.drop_column("copy_key")

    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_transfers_copy_key"), type_="unique")
        batch_op.drop_column("copy_sha256")
        batch_op.drop_column("copy_key")
