"""An agency with much of everything: the demo, and beside and within it as many rows as are asked for.

The pages that are measured belong to one client of the demo, so they have real pictures and words, and
their lists are as long as the size says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, insert, select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.deciders import ApprovalDecider
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.models import Approval
from app.blueprints.clients.models import Client, Membership
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project
from app.blueprints.projects.updates import Update
from app.core import clock, events, search
from app.core.events import Event, EventChain
from app.core.models import one
from app.demo import people
from app.extensions import db

FIRST = 1_000_000
"""The number of the first row that is written here; those of the demo are below."""
CHUNK = 10_000
PROJECT = "Herbstkampagne 2026"
WAITING = 12
"""So many approvals wait for the person whose pages are measured, whatever the size."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much there is of the agency's work, and how much of it lies in the project that is measured."""

    projects: int
    files: int
    events: int
    own_projects: int
    own_files: int
    own_approvals: int
    own_events: int

    def __str__(self) -> str:
        return f"{self.projects:,} projects, {self.files:,} files, {self.events:,} events"


# Even the smallest fills one page of each list, or more rows would be more page.
SIZES = {
    "small": Size(5, 200, 1_000, 12, 120, 60, 200),
    "middle": Size(500, 10_000, 100_000, 60, 1_000, 200, 5_000),
    "large": Size(5_000, 100_000, 1_000_000, 300, 5_000, 500, 50_000),
}


class Growth:
    """Adds to the demo until there is as much as a size says."""

    def __init__(self) -> None:
        self.person = _found(User.with_email(people.APPROVER))
        self.project = _found(one(select(Project).where(Project.name == PROJECT)))
        self.client_id = self.project.client_id
        self.lead = _found(self.project.lead_id)
        self.stage = self.project.stage_id

    def to(self, size: Size) -> None:
        """Write the rows, the search index and the log, whose chain holds."""
        self.size = size
        self.clients = max(size.projects // 10, 1)
        for kind, count, row in self._kinds():
            _write(kind, count, row)
        search.rebuild()
        db.session.commit()
        _tell(size.events, self._told)
        db.session.commit()

    def _kinds(self) -> Iterator[tuple[Any, int, Callable[[int], Row]]]:
        size = self.size
        approvals = size.own_approvals + size.projects * 2
        yield User, self.clients, self._user
        yield Client, self.clients, lambda n: {"name": f"Firma {n}", "lead_id": self.lead}
        yield Membership, self.clients, lambda n: _ids(client=n, user=n) | {"role": "approver"}
        yield Project, size.projects, self._project
        yield Milestone, size.projects, self._milestone
        yield Update, size.projects, self._update
        yield File, size.files, self._file
        yield Version, size.files, self._version
        yield Approval, approvals, self._approval
        yield ApprovalItem, approvals, self._item
        yield (
            ApprovalDecider,
            approvals,
            lambda n: {"approval_id": n, "user_id": self.person.id},
        )

    def _user(self, n: int) -> Row:
        return {"name": f"Person {n}", "email": f"person-{n}@kunde.example", "side": "client"}

    def _project(self, n: int) -> Row:
        whose = self.client_id if n - FIRST < self.size.own_projects else self._client(n)
        over = clock.now() if n % 5 == 1 else None
        more = {"stage_id": self.stage, "lead_id": self.lead, "finished_at": over}
        return {"client_id": whose, "name": f"Projekt {n}", "due_on": _day(n), **more}

    def _milestone(self, n: int) -> Row:
        return {"project_id": n, "title": f"Termin {n}", "on": _day(n)}

    def _update(self, n: int) -> Row:
        return {
            "project_id": n,
            "author_id": self.lead,
            "title": f"Neues {n}",
            "body": "Es geht voran.",
        }

    def _file(self, n: int) -> Row:
        place = self._place(n, self.size.own_files)
        shown = {"shared_at": clock.now(), "shared_by_id": self.lead, "number": 1}
        return {"project_id": place, "name": f"Entwurf {n}.pdf", "by_id": self.lead, **shown}

    def _version(self, n: int) -> Row:
        kept = {
            "size": 1,
            "sha256": "0" * 64,
            "content_type": "application/pdf",
            "key": f"bench-{n}",
        }
        return {"file_id": n, "number": 1, "name": f"Entwurf {n}.pdf", "by_id": self.lead, **kept}

    def _approval(self, n: int) -> Row:
        moment = clock.now()
        state = "open" if n - FIRST < WAITING else "approved"
        asked = {
            "state_at": moment,
            "presented_at": moment,
            "asked_by_id": self.lead,
            "due_at": moment,
        }
        place = self._place(n, self.size.own_approvals)
        return {"project_id": place, "title": f"Freigabe {n}", "state": state, **asked}

    def _item(self, n: int) -> Row:
        file = FIRST + (n - FIRST) % self.size.files
        return {"approval_id": n, "round": 1, "file_id": file, "version_id": file}

    def _told(self, n: int) -> Row:
        own = n < self.size.own_events
        place = self.project.id if own else self._place(FIRST + n, 0)
        client = self.client_id if own else self._client(place)
        return {"project_id": place, "client_id": client, "actor_id": self.lead}

    def _place(self, n: int, own: int) -> int:
        """The project of a row: the measured one for the first `own`, then all others in turn."""
        return self.project.id if n - FIRST < own else FIRST + n % self.size.projects

    def _client(self, n: int) -> int:
        return FIRST + n % self.clients


def _write(kind: Any, count: int, row: Callable[[int], Row]) -> None:
    numbers = iter(range(FIRST, FIRST + count))
    while chunk := list(islice(numbers, CHUNK)):
        rows = [{"id": n, "public_id": f"{n:016d}", **row(n)} for n in chunk]
        db.session.execute(insert(kind), rows)


def _tell(count: int, place: Callable[[int], Row]) -> None:
    """Add lines to the end of the log, each with the hash of the one before."""
    chain = db.session.get_one(EventChain, 1)
    begun, last = clock.now() - timedelta(days=500), db.session.scalar(select(func.max(Event.id)))
    numbers = iter(range(count))
    people_digest = events._sha256([None, None])
    while chunk := list(islice(numbers, CHUNK)):
        rows = []
        for n in chunk:
            line: Row = {
                "id": _found(last) + 1 + n,
                "public_id": f"{n:016d}",
                "at": begun + timedelta(seconds=40 * n),
                "verb": "update.posted",
                "subject_type": "update",
                "subject_id": FIRST,
                "internal": False,
                "facts": {"name": f"Neues {n}", "update": "2" * 16},
                "people_digest": people_digest,
                "previous": chain.head,
                **place(n),
            }
            chain.head = line["hash"] = Event.expected_hash(SimpleNamespace(**line))  # type: ignore[arg-type]
            rows.append(line)
        db.session.execute(insert(Event), rows)
        chain.length += len(rows)


def _ids(*, client: int, user: int) -> Row:
    return {"client_id": client, "user_id": user}


def _day(n: int) -> date:
    return date(2026, 1, 1) + timedelta(days=n % 700)


def _found(thing: Any) -> Any:
    assert thing is not None, "the demo is not there"
    return thing
