"""Background work: rows say what is due; drains claim them for a lease and do the work.

A crash loses nothing: when the lease has run out, the row is due again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Select, String, event, func, or_, select
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from app.core import clock, logs
from app.core.database import reading
from app.core.models import Instant, Model
from app.extensions import db

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
AHEAD = timedelta(minutes=15)
"""A lease that runs longer than any is given was written by a clock that went wrong: it holds nothing."""
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720))
WOKEN = "woken drains"


class Due(Model):
    """A row with work to be done at `due_at`; None means that nothing is to be done."""

    __abstract__ = True
    back_off: ClassVar[tuple[timedelta, ...]] = BACK_OFF

    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(500), default="")

    @classmethod
    def due(cls) -> Select[Any]:
        """The rows whose time has come and that nobody is working on, oldest first."""
        moment = clock.now()
        lease = cls.leased_until
        free = or_(lease.is_(None), lease < moment, lease > moment + AHEAD)
        return select(cls).where(cls.due_at <= moment, free).order_by(cls.due_at, cls.id)

    @classmethod
    def backlog(cls) -> tuple[int, datetime | None]:
        """How much is due now, and since when the oldest of it is."""
        due = select(func.count(), func.min(cls.due_at)).where(cls.due_at <= clock.now())
        count, oldest = db.session.execute(due).one()
        return count, oldest

    def settle(self) -> None:
        """Say that the work is done."""
        self.due_at = None
        self.leased_until = None
        self.tries = 0
        self.problem = ""

    def put_off(self, problem: str, until: datetime | None = None) -> bool:
        """Note what went wrong and set the next try. False, and given up, when there were enough tries."""
        if self.tries >= self.most_tries():
            self.give_up(problem)
            return False
        self.problem = problem[:500]
        self.leased_until = None
        self.due_at = until or clock.now() + self.back_off[max(self.tries, 1) - 1]
        return True

    @classmethod
    def most_tries(cls) -> int:
        """After how many tries it is given up."""
        return len(cls.back_off) + 1

    def give_up(self, problem: str) -> None:
        """Note that this will never be done, and why."""
        self.problem = problem[:500]
        self.leased_until = None
        self.due_at = None


Row = TypeVar("Row", bound=Due)


@dataclass(frozen=True, slots=True)
class Drain:
    """One kind of background work: the table that says what is due, and what is done with a row.

    `work(row)` runs in a transaction of its own and must settle the row or put it off; when it
    raises, the row is put off with the error's words. `prepare` is called before each look, `finish`
    once nothing is due any more.
    """

    name: str
    table: type[Due]
    work: Callable[[Any], None]
    lease: timedelta = LEASE
    prepare: Callable[[], None] = lambda: None
    finish: Callable[[], None] = lambda: None


def drain(what: Drain, stop: Callable[[], bool] = lambda: False) -> int:
    """Do all that is due of one kind, or until `stop` says so, and return how many rows that were."""
    done = 0
    what.prepare()
    try:
        while not stop() and (number := _claim(what)) is not None:
            _work_on(what, number)
            done += 1
    finally:
        what.finish()
    return done


def _claim(what: Drain) -> int | None:
    """Lease a row, so that no other worker takes it, and return its number; None if nothing is due.

    One at a time: of a batch, the last could still be waiting for its turn when the lease runs out.
    """
    if not _is_anything_due(what):
        return None
    row = db.session.scalars(what.table.due().limit(1).with_for_update(skip_locked=True)).first()
    number = None
    if row is not None:
        number, row.leased_until, row.tries = row.id, clock.now() + what.lease, row.tries + 1
    db.session.commit()
    return number


def _is_anything_due(what: Drain) -> bool:
    with reading():
        found = db.session.scalar(
            select(func.count()).select_from(what.table.due().limit(1).subquery())
        )
        db.session.rollback()
    return bool(found)


def _work_on(what: Drain, number: int) -> None:
    with logs.about(drain=what.name, row=number):
        _work(what, number)


def _work(what: Drain, number: int) -> None:
    try:
        row = db.session.get(what.table, number)
        if row is not None and row.tries > row.most_tries():
            row.give_up("The worker ended each time while it was at this.")
        elif row is not None and row.due_at is not None:
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
    moment = clock.now()
    rows = (row for row in {*session.new, *session.dirty} if isinstance(row, Due))
    woken = {type(row) for row in rows if _is_ready(row, moment)}
    session.info.setdefault(WOKEN, set()).update(woken)


def _is_ready(row: Due, moment: datetime) -> bool:
    # What is not loaded was not changed either; loading it here would disturb the flush.
    known = row.__dict__
    due_at = known.get("due_at")
    return due_at is not None and due_at <= moment and known.get("leased_until") is None


@event.listens_for(Session, "after_flush")
def _note_what_was_flushed(session: Session, _context: Any) -> None:
    _note_what_is_due(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget_what_was_due(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        session.info.pop(WOKEN, None)
