"""Background work: rows say what is due; drains claim them for a lease and do the work.

A crash loses nothing: when the lease has run out, the row is due again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, String, event, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.database import reading
from app.core.models import Instant, Model
from app.extensions import db

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 20
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
WOKEN = "woken drains"


class Due(Model):
    """A row with work to be done at `due_at`; None means that nothing is to be done."""

    __abstract__ = True

    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(500), default="")

    @classmethod
    def due(cls) -> Select[Any]:
        """The rows whose time has come and that nobody is working on, oldest first."""
        moment = clock.now()
        free = or_(cls.leased_until.is_(None), cls.leased_until < moment)
        return select(cls).where(cls.due_at <= moment, free).order_by(cls.due_at, cls.id)

    def settle(self) -> None:
        """Say that the work is done."""
        self.due_at = None
        self.leased_until = None
        self.problem = ""

    def put_off(self, problem: str, until: datetime | None = None) -> bool:
        """Note what went wrong and set the next try. False when there have been enough tries."""
        self.problem = problem[:500]
        self.leased_until = None
        last = self.tries > len(BACK_OFF)
        self.due_at = None if last else until or clock.now() + BACK_OFF[self.tries - 1]
        return not last


Row = TypeVar("Row", bound=Due)


@dataclass(frozen=True, slots=True)
class Drain:
    """One kind of background work: the table that says what is due, and what is done with a row.

    `work(row)` runs in a transaction of its own and must settle the row or put it off; when it
    raises, the row is put off with the error's words. `pause` is the shortest time between two looks.
    """

    name: str
    table: type[Due]
    work: Callable[[Any], None]
    lease: timedelta = LEASE


def drain(what: Drain) -> int:
    """Do all that is due of one kind, and return how many rows that were."""
    done = 0
    while numbers := _claim(what):
        for number in numbers:
            _work_on(what, number)
        done += len(numbers)
    return done


def _claim(what: Drain) -> Sequence[int]:
    """Lease a batch of rows, so that no other worker takes them, and return their numbers."""
    if not _is_anything_due(what):
        return []
    query = what.table.due().limit(BATCH).with_for_update(skip_locked=True)
    numbers = [row.id for row in db.session.scalars(query)]
    if numbers:
        lease = {"leased_until": clock.now() + what.lease, "tries": what.table.tries + 1}
        db.session.execute(update(what.table).where(what.table.id.in_(numbers)).values(lease))
    db.session.commit()
    return numbers


def _is_anything_due(what: Drain) -> bool:
    with reading():
        found = db.session.scalar(
            select(func.count()).select_from(what.table.due().limit(1).subquery())
        )
        db.session.rollback()
    return bool(found)


def _work_on(what: Drain, number: int) -> None:
    try:
        row = db.session.get(what.table, number)
        if row is not None and row.due_at is not None:
            what.work(row)
        db.session.commit()
    except Exception as error:  # One row's failure must never stop the others.
        db.session.rollback()
        log.exception("drain %s failed on row %s", what.name, number)
        row = db.session.get(what.table, number)
        if row is not None:
            row.put_off(f"{type(error).__name__}: {error}")
        db.session.commit()


@event.listens_for(Session, "before_commit")
def _note_what_is_due(session: Session) -> None:
    woken = {type(row) for row in {*session.new, *session.dirty} if isinstance(row, Due)}
    session.info.setdefault(WOKEN, set()).update(woken)


@event.listens_for(Session, "after_flush")
def _note_what_was_flushed(session: Session, _context: Any) -> None:
    _note_what_is_due(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget_what_was_due(session: Session, _previous: Any) -> None:
    session.info.pop(WOKEN, None)
