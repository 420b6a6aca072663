"""One log of all that happens. Each line carries the hash of the line before, so that a change shows.

A line is written by the transaction that does the thing, at its very end: record() notes it, and
the commit adds it to the chain. So the chain's lock is held for a moment only, and always taken last.

What could name a person (name, address, device) is hashed on its own with a salt. When a person is
erased, those values and the salt go, the digest stays, and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import JSON, Index, String, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from app.core import clock
from app.core.database import reading
from app.core.models import Instant, Model
from app.core.tokens import new_public_id
from app.extensions import Base, db

START = "0" * 64
PENDING = "events"
CHUNK = 500


class Actor(Protocol):
    """Who does something: a person with a row."""

    id: Any

    @property
    def name(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Device:
    """Where a person acts from: network address and, in words, browser and system."""

    address: str = ""
    name: str = ""


class Event(Model):
    """One line of the log. Never changed, never deleted."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_project_id_id", "project_id", "id"),
        Index("ix_events_client_id_id", "client_id", "id"),
        Index("ix_events_actor_id_id", "actor_id", "id"),
        Index("ix_events_subject", "subject_type", "subject_id", "id"),
    )

    at: Mapped[datetime] = mapped_column(Instant, index=True)
    verb: Mapped[str] = mapped_column(String(60), index=True)
    actor_id: Mapped[int | None]
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    project_id: Mapped[int | None]
    client_id: Mapped[int | None]
    internal: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    people: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    salt: Mapped[str | None] = mapped_column(String(32))
    people_digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    @property
    def actor_name(self) -> str:
        """The name that the actor had then; empty when nobody acted, or the person was erased."""
        return str((self.people or {}).get("name", ""))

    def expected_hash(self) -> str:
        """The hash that follows from this line's own content and the line before."""
        return _sha256(
            [
                self.previous,
                self.public_id,
                self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                self.verb,
                self.actor_id,
                self.subject_type,
                self.subject_id,
                self.project_id,
                self.client_id,
                self.internal,
                self.facts,
                self.people_digest,
            ]
        )

    def is_sound(self) -> bool:
        """Whether this line still says what it said when it was written."""
        erased = self.people is None and self.salt is None
        named = erased or self.people_digest == _sha256([self.salt, self.people])
        return named and self.hash == self.expected_hash()


class EventChain(Base):
    """The end of the chain: its lock, its length and its last hash."""

    __tablename__ = "event_chain"

    id: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default=START)


# Asked with who is said to act: who really does, if somebody else looks at the portal through their eyes.
STANDS_FOR: list[Callable[[Any], Actor | None]] = []

# Called with each line as it joins the chain, within its transaction.
ON_RECORDED: list[Callable[[Event], None]] = []


_FIRST = text(
    "INSERT INTO event_chain (id, length, head) VALUES (1, 0, :start) ON CONFLICT DO NOTHING"
).bindparams(start=START)


def record(
    verb: str,
    subject: Any,
    *,
    by: Actor | None,
    where: Device | None = None,
    project: Any = None,
    client: Any = None,
    internal: bool = False,
    at: datetime | None = None,
    **facts: Any,
) -> Event:
    """Note one line for the log; it joins the chain when the current transaction commits.

    `facts` are what a reader needs to understand it later (JSON). `internal` lines are for the agency only.
    """
    where = where or Device()
    for asked in STANDS_FOR:
        if by and (really := asked(by)):
            by, internal, facts = really, True, {**facts, "seen_as": by.name}
    line = Event(at=at or clock.now(), verb=verb, internal=internal, facts=facts)
    line.subject_type = type(subject).__name__.lower()
    line.people = {
        "name": by.name if by else "",
        "address": where.address,
        "device": where.name,
    }
    session = db.session()
    if not session.in_transaction():
        session.begin()  # So that a rollback forgets the line, even if nothing else has happened yet.
    noted = (line, subject, by, project, client, session.get_nested_transaction())
    session.info.setdefault(PENDING, []).append(noted)
    return line


def verify() -> Iterator[str]:
    """Walk the whole chain and yield a sentence for each thing that is wrong with it."""
    with reading():
        written, head = _end_of_chain()
    previous, length, tail, number = START, 0, START, 0
    query = select(Event).order_by(Event.id)
    lines = db.session.scalars(query.execution_options(yield_per=CHUNK, populate_existing=True))
    try:
        for line in lines:
            if line.previous != previous:
                yield f"Event {line.id}: a line before it is missing or was replaced."
            number = line.id
            if not line.is_sound():
                yield f"Event {line.id} ({line.verb}): its content was changed."
            previous, length = line.hash, length + 1
            tail = previous if length <= written else tail
    except (ValueError, TypeError, DBAPIError):
        # A column holds what its kind can't hold: only SQLite takes that, and not from us.
        yield f"At or soon after event {number}: what is written can't even be read; it was changed."
        return
    if length < written or tail != head:
        yield f"The log ends after {length} lines, but {written} were written, or others."
    elif length > _end_of_chain()[0]:  # Read again: lines may have come while we walked.
        yield f"The log has {length} lines; some were added behind its back."


def _end_of_chain() -> tuple[int, str]:
    chain = db.session.get(EventChain, 1, populate_existing=True)
    return (chain.length, chain.head) if chain else (0, START)


def _write(session: Session) -> None:
    """Add the noted lines to the chain, at the end of the transaction that noted them."""
    noted = session.info.pop(PENDING, [])
    if not noted:
        return
    session.flush()
    chain = _locked_chain(session)
    for line, subject, by, project, client, _savepoint in noted:
        line.subject_id = getattr(subject, "id", None)
        line.actor_id = by.id if by else None
        line.project_id = getattr(project, "id", None)
        line.client_id = getattr(client, "id", None)
        _link(line, chain)
        session.add(line)
    session.flush()
    for line, *_of in noted:
        for happens in ON_RECORDED:
            happens(line)
    session.flush()


def _locked_chain(session: Any) -> EventChain:
    session.execute(_FIRST)
    query = select(EventChain).where(EventChain.id == 1).with_for_update()
    chain: EventChain = session.scalars(query.execution_options(populate_existing=True)).one()
    return chain


def _link(line: Event, chain: EventChain) -> None:
    line.public_id = new_public_id()
    line.salt = secrets.token_hex(16)
    line.people_digest = _sha256([line.salt, line.people])
    line.facts = json.loads(json.dumps(line.facts, default=str))
    line.previous = chain.head
    line.hash = line.expected_hash()
    chain.head, chain.length = line.hash, chain.length + 1


def _sha256(content: Any) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@event.listens_for(Session, "before_commit")
def _write_noted(session: Session) -> None:
    if not session.in_nested_transaction():  # A savepoint's end is not yet a commit.
        _write(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget_noted(session: Session, previous: SessionTransaction) -> None:
    noted = session.info.pop(PENDING, [])
    if previous.nested:
        kept = [each for each in noted if not _is_within(each[-1], previous)]
        session.info[PENDING] = kept


def _is_within(savepoint: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while savepoint is not None and savepoint is not outer:
        savepoint = savepoint.parent
    return savepoint is outer


@event.listens_for(Event, "before_update")
def _refuse_change(_mapper: Any, _connection: Any, line: Event) -> None:
    raise RuntimeError(f"Event {line.id} is part of the log and can't be changed.")
