"""Questions that are built once: asked for another person, only the numbers in the statement differ.

SQLAlchemy keeps what it has compiled, but the statement itself would be put together for each request,
which takes longer than the database needs to answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Integer, ScalarResult, Select, bindparam, func, select

from app.core import events, features
from app.core.features import Feature
from app.core.paging import Page, page
from app.extensions import db

T = TypeVar("T")


class Reader:
    """Stands for everybody of one kind: their role is known, their number comes with the question."""

    def __init__(self, user: Any) -> None:
        self.is_staff = user.is_staff
        self.agency_role = user.agency_role
        self.id = bindparam("reader_id", type_=Integer)


class Thing:
    """Stands for any row of one kind, such as a project: its number comes with the question, by this name."""

    def __init__(self, name: str) -> None:
        self.id = bindparam(name, type_=Integer)


def counted(query: Select[Any], column: Any) -> Select[int]:
    """The question of how many rows a query finds, by a column that tells them apart."""
    rows = query.with_only_columns(column).order_by(None).subquery()
    return select(func.count()).select_from(rows)


class Prepared(Generic[T]):
    """A question that depends on who asks only by their role and their number, and on nothing else.

    `build` gives its statement; it must not look at the clock, or at anything that changes. More values
    are named bindparam()s in it.
    """

    def __init__(self, build: Callable[[Any], Any]) -> None:
        self._build = build
        self._kept: dict[tuple[Any, ...], tuple[Select[T], Sequence[Feature]]] = {}

    def rows(self, user: Any, **values: Any) -> ScalarResult[T]:
        """The answer for a person."""
        return db.session.scalars(self._statement(user), {"reader_id": user.id, **values})

    def tuples(self, user: Any, **values: Any) -> Any:
        """The answer for a person, of a question for several columns, row by row."""
        return db.session.execute(self._statement(user), {"reader_id": user.id, **values})

    def page(
        self, user: Any, columns: Sequence[Any], cursor: str | None, size: int, **values: Any
    ) -> Page[T]:
        """A page of the answer for a person; see paging.page()."""
        statement = self._statement(user)
        return page(statement, columns, cursor, size, {"reader_id": user.id, **values})

    def _statement(self, user: Any) -> Select[T]:
        if any(stands_for(user) for stands_for in events.STANDS_FOR):
            # Who looks as somebody else may see less than both.
            anew: Select[T] = self._build(user)
            return anew
        active = features.active()
        key = (user.is_staff, user.agency_role, *map(id, active))
        if key not in self._kept:
            # The features are kept with it, so that no other can come to have the same id.
            self._kept[key] = self._build(Reader(user)), active
        return self._kept[key][0]
