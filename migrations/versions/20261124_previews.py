"""previews of versions

Revision: 0002_previews
Revises: search
Created: 2026-11-24 00:10:00.000000
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002_previews"
down_revision = "search"
branch_labels = None
depends_on = None

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
DRAWN = (
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/heic", "image/tiff", "image/bmp",
    "application/pdf", "image/svg+xml",
)  # fmt: skip


def upgrade() -> None:
    previews = op.create_table(
        "previews",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("small_key", sa.String(length=60), nullable=True),
        sa.Column("small_size", sa.BigInteger(), nullable=False),
        sa.Column("large_key", sa.String(length=60), nullable=True),
        sa.Column("large_size", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_previews_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_previews")),
        sa.UniqueConstraint("large_key", name=op.f("uq_previews_large_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_previews_public_id")),
        sa.UniqueConstraint("small_key", name=op.f("uq_previews_small_key")),
        sa.UniqueConstraint("version_id", "page", name=op.f("uq_previews_version_id_page")),
    )
    with op.batch_alter_table("previews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_previews_due_at"), ["due_at"], unique=False)
    _begin_with_what_is_there(previews)


def downgrade() -> None:
    op.drop_table("previews")


def _begin_with_what_is_there(previews: sa.Table) -> None:
    """Have the worker draw every version that was uploaded before there were previews."""
    versions = sa.table("versions", sa.column("id"), sa.column("content_type"))
    drawn = sa.select(versions.c.id).where(versions.c.content_type.in_(DRAWN))
    moment = datetime.now(UTC)
    if op.get_bind().dialect.name == "sqlite":
        moment = moment.replace(tzinfo=None)
    rows = [
        {
            "version_id": number,
            "page": 1,
            "pages": 1,
            "state": "waiting",
            "width": 0,
            "height": 0,
            "small_size": 0,
            "large_size": 0,
            "due_at": moment,
            "tries": 0,
            "problem": "",
            "public_id": "".join(secrets.choice(ALPHABET) for _ in range(16)),
            "created_at": moment,
        }
        for number in op.get_bind().scalars(drawn).all()
    ]
    if rows:
        op.bulk_insert(previews, rows)
