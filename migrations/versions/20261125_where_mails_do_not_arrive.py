"""where mails do not arrive

Revision: 5e0c7d1b9a34
Revises: eb2c33cee158
Created: 2026-11-25 19:30:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5e0c7d1b9a34"
down_revision = "eb2c33cee158"
branch_labels = None
depends_on = None

MAIL = "fk_notifications_mail_id_mails"


def upgrade() -> None:
    op.create_table(
        "mailbox_places",
        sa.Column("mailbox", sa.String(length=300), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_mailbox_places")),
    )
    op.create_table(
        "unreached",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unreached")),
        sa.UniqueConstraint("email", name=op.f("uq_unreached_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unreached_public_id")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("picture_of", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_mails_to_email_id", ["to_email", "id"], unique=False)
        batch_op.create_index("ix_mails_created_at", ["created_at"], unique=False)
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_constraint(MAIL, type_="foreignkey")
        batch_op.create_foreign_key(MAIL, "mails", ["mail_id"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_constraint(MAIL, type_="foreignkey")
        batch_op.create_foreign_key(MAIL, "mails", ["mail_id"], ["id"])
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index("ix_mails_created_at")
        batch_op.drop_index("ix_mails_to_email_id")
        batch_op.drop_column("bounced_at")
        batch_op.drop_column("picture_of")
    op.drop_table("unreached")
    op.drop_table("mailbox_places")
