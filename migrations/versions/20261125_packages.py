"""packages

Revision: 60c4ca2fb08a
Revises: 9405cd559ef3
Created: 2026-11-25 17:37:28.020671
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "60c4ca2fb08a"
down_revision = "9405cd559ef3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "packages",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_packages_asked_by_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_packages_project_id_projects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packages")),
        sa.UniqueConstraint("public_id", name=op.f("uq_packages_public_id")),
    )
    with op.batch_alter_table("packages", schema=None) as batch_op:
        batch_op.create_index("ix_packages_project_id_id", ["project_id", "id"], unique=False)

    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("package_id", sa.Integer(), nullable=True))
        batch_op.alter_column(
            "title",
            existing_type=sa.VARCHAR(length=160),
            type_=sa.String(length=200),
            existing_nullable=False,
        )
        batch_op.create_index("ix_approvals_package_id_id", ["package_id", "id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_approvals_package_id_packages"), "packages", ["package_id"], ["id"]
        )


def downgrade() -> None:
    op.execute("UPDATE approvals SET title = substr(title, 1, 160)")
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_approvals_package_id_packages"), type_="foreignkey")
        batch_op.drop_index("ix_approvals_package_id_id")
        batch_op.alter_column(
            "title",
            existing_type=sa.String(length=200),
            type_=sa.VARCHAR(length=160),
            existing_nullable=False,
        )
        batch_op.drop_column("package_id")

    with op.batch_alter_table("packages", schema=None) as batch_op:
        batch_op.drop_index("ix_packages_project_id_id")

    op.drop_table("packages")
