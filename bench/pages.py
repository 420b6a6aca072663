"""How many pages are answered, as a share of how many bare pages the same server answers."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from app.blueprints.approvals.models import Approval
from app.blueprints.projects.models import Project
from app.core.models import one
from app.demo import people
from bench.data import PROJECT
from bench.load import Answered, load
from bench.servers import Installation

ROUNDS = 3
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass
class Page:
    """One page, and what was measured of it: by round, beside the bare page of the same round."""

    name: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    rounds: list[tuple[Answered, Answered]] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Requests per second against the bare page; the median of the rounds."""
        return statistics.median(page.rate / bare.rate for page, bare in self.rounds)

    @property
    def typical(self) -> Answered:
        """The round in the middle."""
        by_rate = sorted((page for page, _bare in self.rounds), key=lambda each: each.rate)
        return by_rate[len(by_rate) // 2]


def measure(installation: Installation, seconds: int, rounds: int = ROUNDS) -> list[Page]:
    """Ask for each page of a client in turn with the bare one, so that both see the same machine."""
    cookie = installation.cookie(people.APPROVER)
    pages = list(_pages(installation))
    with installation.bare() as bare, installation.web() as web:
        for page in pages:  # The first answers compile templates and statements.
            load(f"{web}{page.path}", cookie=cookie, headers=page.headers, seconds=1)
        for _round in range(rounds):
            for page in pages:
                least = load(f"{bare}/", seconds=seconds)
                asked = load(
                    f"{web}{page.path}", cookie=cookie, headers=page.headers, seconds=seconds
                )
                page.rounds.append((asked, least))
    return pages


def _pages(installation: Installation) -> Iterator[Page]:
    with installation.app.app_context():
        project = one(select(Project).where(Project.name == PROJECT))
        assert project is not None
        newest = select(Approval).where(Approval.project_id == project.id, Approval.id < 1_000_000)
        approval = one(newest.where(Approval.state == "open").order_by(Approval.id.desc()).limit(1))
        assert approval is not None
        place = f"/projects/{project.public_id}"
        shown = f"/approvals/{approval.public_id}"
    yield Page("home", "/")
    yield Page("project", place)
    yield Page("files", f"{place}/files")
    yield Page("approval", shown)
    yield Page("files, as a fragment", f"{place}/files", dict(PARTIAL))
