"""an index to search

Revision: search
Revises: 0001
Created: 2026-11-23 23:40:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "search"
down_revision = "0001"
branch_labels = None
depends_on = None

# FTS5 reads the words from search_entries and keeps none itself: triggers tell it of each change.
FTS5 = """
CREATE VIRTUAL TABLE search_index USING fts5(
  kind, title, body, content='search_entries', content_rowid='id',
  tokenize='unicode61 remove_diacritics 2', prefix='2 3'
)
"""
# A word of the title weighs more than one of the text; the kind only narrows down.
WEIGHTS = "INSERT INTO search_index (search_index, rank) VALUES ('rank', 'bm25(0.0, 10.0, 1.0)')"
ADD = """
  INSERT INTO search_index (rowid, kind, title, body) VALUES (new.id, new.kind, new.title, new.body);
"""
TAKE_OUT = """
  INSERT INTO search_index (search_index, rowid, kind, title, body)
    VALUES ('delete', old.id, old.kind, old.title, old.body);
"""
TRIGGERS = {"insert": ADD, "delete": TAKE_OUT, "update": TAKE_OUT + ADD}
VECTOR = """
ALTER TABLE search_entries ADD COLUMN vector tsvector GENERATED ALWAYS AS (
  setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', body), 'B')
) STORED
"""


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("kind", "thing_id", name=op.f("uq_search_entries_kind_thing_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(VECTOR)
        op.execute("CREATE INDEX ix_search_entries_vector ON search_entries USING gin (vector)")
    else:
        op.execute(FTS5)
        op.execute(WEIGHTS)
        for change, words in TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER search_entries_{change} AFTER {change} ON search_entries"
                f" BEGIN {words} END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_entries")
