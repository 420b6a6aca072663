"""One search over everything. The index knows words only; who may see what is asked of the scopes each time.

SQLite keeps the words in an FTS5 table that triggers fill, PostgreSQL in a generated column with a GIN
index (see the migration). Both hold folded words, so that neither has to know diacritics.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import (
    Select,
    String,
    Subquery,
    Text,
    UniqueConstraint,
    column,
    delete,
    event,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import features
from app.core.database import is_postgresql
from app.core.folding import Query, excerpt, folded, marked
from app.core.models import every, one
from app.core.paging import Page, page
from app.core.searched import Searched
from app.extensions import Base, db

BATCH = 500
SIMPLE: Any = literal_column("CAST('simple' AS regconfig)")
VECTOR: Any = literal_column("search_entries.vector")
INDEX = table("search_index", column("rowid"), column("search_index"), column("rank"))
KEEP = text(
    "INSERT INTO search_entries (kind, thing_id, title, body) VALUES (:kind, :thing_id, :title, :body)"
    " ON CONFLICT (kind, thing_id) DO UPDATE SET title = excluded.title, body = excluded.body"
)


class SearchEntry(Base):
    """The folded words of one thing."""

    __tablename__ = "search_entries"
    __table_args__ = (UniqueConstraint("kind", "thing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found, as a row shows it."""

    title: Markup
    excerpt: Markup
    url: str
    meta: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind: the best of it, or a page of all, the newest first."""

    searched: Searched
    hits: Sequence[Hit]
    more: bool = False
    next: str | None = None
    previous: str | None = None


def kinds() -> list[Searched]:
    """What the search finds, in the order of the features that are on."""
    return [each for feature in features.active() for each in feature.searched]


def best(reader: Any, query: Query, size: int = 5) -> list[Found]:
    """The best hits of each kind among what the reader sees; kinds without any are left out."""
    found = [_best(searched, reader, query, size) for searched in kinds()] if query else []
    return [each for each in found if each.hits]


def all_of(
    searched: Searched, reader: Any, query: Query, cursor: str | None, size: int = 20
) -> Found:
    """A page of all hits of one kind among what the reader sees, the newest first."""
    if not query:
        return Found(searched, ())
    matching = _matching(searched, query)
    hits = searched.scope(reader).join(matching, matching.c.thing_id == searched.model.id)
    rows: Page[Any] = page(hits, (searched.model.id.desc(),), cursor, size)
    return Found(
        searched,
        _hits(searched, rows.rows, reader, query),
        next=rows.next,
        previous=rows.previous,
    )


def best_of(searched: Searched, reader: Any, query: Query) -> Select[Any]:
    """The hits of one kind among what the reader sees, the best first."""
    matching = _matching(searched, query)
    hits = searched.scope(reader).join(matching, matching.c.thing_id == searched.model.id)
    return hits.order_by(matching.c.rank, searched.model.id.desc())


def rebuild() -> int:
    """Read everything into an empty index, features that are off included; returns how many things."""
    db.session.execute(delete(SearchEntry))
    count = 0
    for searched in _every_kind():
        last = 0
        while numbers := _numbers_after(searched, last):
            _keep(searched, numbers)
            last, count = numbers[-1], count + len(numbers)
    return count


def is_empty() -> bool:
    """Whether the index holds nothing yet."""
    return one(select(SearchEntry.id).limit(1)) is None


def is_mapped(name: str | None, kind: str, parents: Any) -> bool:
    """Whether a name in the database is for the models to know; the engines' own parts of the index are not."""
    if kind == "table":
        return not (name or "").startswith("search_index")
    is_vector = name in ("vector", "ix_search_entries_vector")
    return not (is_vector and parents.get("table_name") == "search_entries")


def _best(searched: Searched, reader: Any, query: Query, size: int) -> Found:
    rows = every(best_of(searched, reader, query).limit(size + 1))
    return Found(searched, _hits(searched, rows[:size], reader, query), more=len(rows) > size)


def _matching(searched: Searched, query: Query) -> Subquery:
    """The numbers of the things that the index finds, whoever may see them, and how well they fit."""
    if is_postgresql():
        wanted = func.to_tsquery(SIMPLE, query.for_postgresql())
        rank = (-func.ts_rank(VECTOR, wanted)).label("rank")
        found = select(SearchEntry.thing_id, rank).where(
            SearchEntry.kind == searched.kind, VECTOR.op("@@")(wanted)
        )
    else:
        found = select(SearchEntry.thing_id, INDEX.c.rank).join(
            INDEX, INDEX.c.rowid == SearchEntry.id
        )
        found = found.where(INDEX.c.search_index.op("MATCH")(query.for_sqlite(searched.kind)))
    return found.subquery()


def _hits(searched: Searched, things: Sequence[Any], reader: Any, query: Query) -> list[Hit]:
    said = {each.id: each for each in searched.words([thing.id for thing in things])}
    return [
        Hit(
            marked(said[thing.id].title, query),
            excerpt(said[thing.id].body, query),
            searched.url(thing),
            searched.meta(thing, reader),
        )
        for thing in things
    ]


def _every_kind() -> list[Searched]:
    return [each for feature in features.every_feature() for each in feature.searched]


def _numbers_after(searched: Searched, last: int) -> Sequence[int]:
    number = searched.model.id
    return every(select(number).where(number > last).order_by(number).limit(BATCH))


def _keep(searched: Searched, numbers: Iterable[int]) -> None:
    """Let the index say of some things what they say now; nothing of those that are gone."""
    wanted = sorted(numbers)
    said = sorted(searched.words(wanted), key=lambda each: each.id)
    gone = set(wanted) - {each.id for each in said}
    if said:
        db.session.execute(
            KEEP,
            [
                {
                    "kind": searched.kind,
                    "thing_id": each.id,
                    "title": folded(each.title),
                    "body": folded(each.body),
                }
                for each in said
            ],
        )
    if gone:
        mine = (SearchEntry.kind == searched.kind, SearchEntry.thing_id.in_(gone))
        db.session.execute(delete(SearchEntry).where(*mine))


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    """Bring the index up to date with what has just been written, in the same transaction."""
    changed = [*session.new, *session.deleted, *filter(session.is_modified, session.dirty)]
    types = {type(row) for row in changed}
    for searched in _every_kind() if changed else ():
        if not types.isdisjoint(searched.made_of):
            rows = [row for row in changed if type(row) in searched.made_of]
            _keep(searched, {getattr(row, searched.made_of[type(row)]) for row in rows})
