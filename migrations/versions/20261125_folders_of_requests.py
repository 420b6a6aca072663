"""Folders of requests

Revision: eb2c33cee158
Revises: 9d018a442efc
Created: 2026-11-25 19:34:42.482533
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "eb2c33cee158"
down_revision = "9d018a442efc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("file_requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("folder_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_file_requests_folder_id"), ["folder_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_file_requests_folder_id_folders"),
            "folders",
            ["folder_id"],
            ["id"],
            ondelete="SET NULL",
        )

    with op.batch_alter_table("given_files", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("name", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.alter_column("file_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.drop_constraint(batch_op.f("fk_given_files_file_id_files"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_given_files_file_id_files"),
            "files",
            ["file_id"],
            ["id"],
            ondelete="SET NULL",
        )

    op.execute(
        "UPDATE given_files SET name ="
        " (SELECT files.name FROM files WHERE files.id = given_files.file_id)"
    )


def downgrade() -> None:
    op.execute("DELETE FROM given_files WHERE file_id IS NULL")
    with op.batch_alter_table("given_files", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_given_files_file_id_files"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_given_files_file_id_files"),
            "files",
            ["file_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.alter_column("file_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("name")

    with op.batch_alter_table("file_requests", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_file_requests_folder_id_folders"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_file_requests_folder_id"))
        batch_op.drop_column("folder_id")
