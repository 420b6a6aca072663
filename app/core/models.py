"""What all tables have in common: keys, opaque ids, instants in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from sqlalchemy import DateTime, Select, String, select
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.core import clock
from app.core.tokens import new_public_id
from app.extensions import Base, db

T = TypeVar("T")
UNNESTED: Any = "unnested"
"""For relationships that are always there: beneath an outer join, SQLite would fill a nested join as a whole."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite has no zones: there it is stored as it reads in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs its time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(Base):
    """A row with a number for us, an opaque id for the world, and its birthday."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    @classmethod
    def by_public_id(cls, public_id: str) -> Self | None:
        return one(select(cls).where(cls.public_id == public_id))


def one(query: Select[T]) -> T | None:
    """The only row of a query, or None."""
    return db.session.scalars(query).one_or_none()


def every(query: Select[T]) -> Sequence[T]:
    """All rows of a query that is known to be bounded."""
    return db.session.scalars(query).all()


def add(row: Any) -> None:
    """Add a row and give it its number."""
    db.session.add(row)
    db.session.flush()
