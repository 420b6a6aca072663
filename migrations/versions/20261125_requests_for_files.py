"""requests for files

Revision: 8eb96b4e3127
Revises: 420383b82b60
Created: 2026-11-25 16:09:49.420897
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "8eb96b4e3127"
down_revision = "420383b82b60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_requests",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'closed')", name=op.f("ck_file_requests_known_state")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_file_requests_asked_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_file_requests_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_file_requests_public_id")),
    )
    with op.batch_alter_table("file_requests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_file_requests_project_id_state_id", ["project_id", "state", "id"], unique=False
        )
        batch_op.create_index("ix_file_requests_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "requested_items",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("hint", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excuse", sa.String(length=1000), nullable=False),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'given', 'absent', 'returned', 'accepted', 'withdrawn')",
            name=op.f("ck_requested_items_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["users.id"], name=op.f("fk_requested_items_given_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["judged_by_id"], ["users.id"], name=op.f("fk_requested_items_judged_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["file_requests.id"],
            name=op.f("fk_requested_items_request_id_file_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requested_items")),
        sa.UniqueConstraint("public_id", name=op.f("uq_requested_items_public_id")),
    )
    with op.batch_alter_table("requested_items", schema=None) as batch_op:
        batch_op.create_index(
            "ix_requested_items_request_id_state", ["request_id", "state"], unique=False
        )

    op.create_table(
        "given_files",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["files.id"],
            name=op.f("fk_given_files_file_id_files"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["requested_items.id"], name=op.f("fk_given_files_item_id_requested_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_files")),
        sa.UniqueConstraint("item_id", "file_id", name=op.f("uq_given_files_item_id_file_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_given_files_public_id")),
    )
    with op.batch_alter_table("given_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_given_files_file_id"), ["file_id"], unique=False)

    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("item_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_transfers_item_id"), ["item_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_transfers_item_id_requested_items"),
            "requested_items",
            ["item_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_transfers_item_id_requested_items"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_transfers_item_id"))
        batch_op.drop_column("item_id")

    with op.batch_alter_table("given_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_given_files_file_id"))

    op.drop_table("given_files")
    with op.batch_alter_table("requested_items", schema=None) as batch_op:
        batch_op.drop_index("ix_requested_items_request_id_state")

    op.drop_table("requested_items")
    with op.batch_alter_table("file_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_file_requests_state_due_at")
        batch_op.drop_index("ix_file_requests_project_id_state_id")

    op.drop_table("file_requests")
