"""links beside files

Revision: 0003_links
Revises: b92181d16946
Created: 2026-11-25 00:10:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_links"
down_revision = "b92181d16946"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_link", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("url", sa.String(length=2000), nullable=True))
        batch_op.alter_column("key", existing_type=sa.String(length=60), nullable=True)
        batch_op.create_check_constraint(
            batch_op.f("ck_versions_bytes_or_address"), "(key IS NULL) <> (url IS NULL)"
        )


def downgrade() -> None:
    # What came before knows no links: they stay as files whose bytes are missing.
    op.execute("UPDATE versions SET key = 'link-' || public_id WHERE key IS NULL")
    with op.batch_alter_table("versions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_versions_bytes_or_address"), type_="check")
        batch_op.alter_column("key", existing_type=sa.String(length=60), nullable=False)
        batch_op.drop_column("url")
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_column("is_link")
