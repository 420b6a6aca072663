"""The backup of every night: planned as a row, made by a process of its own, so that no mail waits for it."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import BigInteger, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.agency import Agency, agency_zone
from app.core.backup.making import Made
from app.core.database import reading
from app.core.due import Drain, Due
from app.core.models import Instant, every, one
from app.extensions import db
from app.settings import ROOT

AT = time(3)
LOOK_AGAIN = timedelta(hours=1)
OVERDUE = timedelta(hours=36)
REMEMBERED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether backups are made, which is the newest, what went wrong last, and whether one is missing."""

    is_set: bool
    newest: Backup | None
    problem: str
    is_overdue: bool


class Backup(Due):
    """A backup that is planned, or was made; `problem` says what went wrong with it."""

    __tablename__ = "backups"
    back_off = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4))

    name: Mapped[str] = mapped_column(String(20), default="")
    finished_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    files: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    added: Mapped[int] = mapped_column(BigInteger, default=0)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def newest(cls) -> Self | None:
        """The last one that was made."""
        made = select(cls).where(cls.finished_at.is_not(None))
        return one(made.order_by(cls.finished_at.desc(), cls.id.desc()).limit(1))

    @classmethod
    def last_check(cls) -> datetime | None:
        """When all bytes of a backup were last read again and found as they should be."""
        return db.session.scalar(select(func.max(cls.checked_at)))

    @classmethod
    def is_overdue(cls) -> bool:
        """Whether there should be a newer one than there is; the very first has its time, too."""
        if not is_set():
            return False
        begun = one(select(func.min(cls.created_at)))
        last = one(select(func.max(cls.finished_at))) or begun
        return last is not None and last < clock.now() - OVERDUE

    @classmethod
    def standing(cls) -> Standing:
        """How it stands with the backups, for people."""
        newest = cls.newest()
        return Standing(is_set(), newest, cls._last_problem(newest), cls.is_overdue())

    @classmethod
    def _last_problem(cls, newest: Self | None) -> str:
        """What kept one from being made since the newest was; else what was wrong with that one."""
        failed = select(cls.problem).where(cls.problem != "", cls.finished_at.is_(None))
        if newest:
            failed = failed.where(cls.created_at >= newest.made_at)
        return one(failed.order_by(cls.id.desc()).limit(1)) or (newest.problem if newest else "")

    @property
    def made_at(self) -> datetime:
        assert self.finished_at is not None, "Only of backups that were made."
        return self.finished_at

    @classmethod
    def planned(cls) -> Self | None:
        """The one that is to be made next."""
        return one(select(cls).where(cls.due_at.is_not(None)).order_by(cls.id).limit(1))

    @classmethod
    def note(cls, made: Made) -> Self:
        """Remember that a backup was made; it also does for one that is due."""
        row = cls.planned()
        if row is None or row.due_at is None or row.tries == 0:
            row = cls()
            db.session.add(row)
        row.settle()
        row.name, row.finished_at = made.manifest.name, clock.now()
        row.files, row.size, row.added = len(made.manifest.files), made.manifest.size, made.added
        row.problem = made.warning[:500]
        db.session.execute(delete(cls).where(cls.created_at < clock.now() - REMEMBERED))
        return row

    @classmethod
    def note_check(cls, name: str) -> None:
        """Remember that all bytes of this backup were found as they should be."""
        for row in every(select(cls).where(cls.name == name)):
            row.checked_at = clock.now()


def is_set() -> bool:
    """Whether the settings say where backups go."""
    return bool(current_app.extensions["settings"].backup_to)


def next_night(moment: datetime, zone: str) -> datetime:
    """The next time that it is three in the morning there."""
    there = moment.astimezone(ZoneInfo(zone))
    tonight = datetime.combine(there.date(), AT, ZoneInfo(zone))
    if tonight <= there:
        tonight = datetime.combine(there.date() + timedelta(days=1), AT, ZoneInfo(zone))
    return tonight.astimezone(UTC)


def _plan() -> None:
    """See that one is planned: the first at once, all others at night."""
    if not is_set() or not _is_missing():
        return
    # Of two workers, the second waits, and finds what the first has planned.
    if one(select(Agency.id).with_for_update()) and Backup.planned() is None:
        first = Backup.newest() is None
        due_at = clock.now() if first else next_night(clock.now(), agency_zone())
        db.session.add(Backup(due_at=due_at))
    db.session.commit()


def _is_missing() -> bool:
    with reading():
        missing = Agency.current() is not None and Backup.planned() is None
        db.session.rollback()
    return missing


def _begin(row: Backup) -> None:
    """Start the command, and look again later: by then it has settled this row, or was killed."""
    if not is_set():
        row.settle()
        return
    row.leased_until, row.due_at = None, clock.now() + LOOK_AGAIN
    db.session.commit()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", "--nightly"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)
    threading.Thread(target=process.wait, daemon=True).start()  # Else it would stay as a zombie.


DRAIN = Drain("backups", Backup, _begin, prepare=_plan)
