"""copies of receipts

Revision: receipt_copies
Revises: 0003_links
Created: 2026-11-25 16:18:26.000000
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "receipt_copies"
down_revision = "0003_links"
branch_labels = None
depends_on = None

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LANGUAGES = ("de", "en")


def upgrade() -> None:
    copies = op.create_table(
        "receipt_copies",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_receipt_copies_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_copies")),
        sa.UniqueConstraint(
            "decision_id", "language", name=op.f("uq_receipt_copies_decision_id_language")
        ),
        sa.UniqueConstraint("key", name=op.f("uq_receipt_copies_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_receipt_copies_public_id")),
    )
    with op.batch_alter_table("receipt_copies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_copies_due_at"), ["due_at"], unique=False)
        batch_op.create_index("ix_receipt_copies_sha256", ["sha256"], unique=False)
    _print_what_was_decided_before(copies)


def downgrade() -> None:
    op.drop_table("receipt_copies")


def _print_what_was_decided_before(copies: sa.Table) -> None:
    decisions = sa.table("decisions", sa.column("id"))
    moment = datetime.now(UTC)
    if op.get_bind().dialect.name == "sqlite":
        moment = moment.replace(tzinfo=None)
    rows = [
        {
            "decision_id": number,
            "language": language,
            "size": 0,
            "sha256": "",
            "due_at": moment,
            "tries": 0,
            "problem": "",
            "public_id": "".join(secrets.choice(ALPHABET) for _ in range(16)),
            "created_at": moment,
        }
        for number in op.get_bind().scalars(sa.select(decisions.c.id)).all()
        for language in LANGUAGES
    ]
    if rows:
        op.bulk_insert(copies, rows)
