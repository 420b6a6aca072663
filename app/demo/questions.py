"""What a project of the demo asks in a special way: reviewed first, one after the other, or as a package."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.blueprints.approvals import agency_letters, letters, log
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reviews import Review
from app.blueprints.clients.access import people_who
from app.core.models import every
from app.demo.story import DEVICES
from app.demo.work import Work


class Questions:
    """The questions of one project; each method writes a step into its story."""

    def __init__(self, work: Work) -> None:
        self.work, self.story = work, work.story

    def packs(
        self,
        ago: int,
        at: str,
        by: str,
        title: str,
        names: Sequence[str],
        message: str,
        due: datetime,
    ) -> None:
        """Somebody asks for several files together, each to be decided on its own, in two rounds at most."""

        def ask() -> None:
            terms = self._terms(by, title, message, due, rounds_agreed=2)
            versions = [self.work.newest(name) for name in names]
            package = Package.ask(self.work.project, versions, self._deciders(), **terms)
            approvals = every(package.every_approval())
            self.work.approvals |= dict(zip(names, approvals, strict=True))
            self._present(approvals[0], by)

        self.story.then(ago, at, ask)

    def asks_in_order(
        self,
        ago: int,
        at: str,
        by: str,
        title: str,
        name: str,
        message: str,
        due: datetime,
        *first: str,
    ) -> None:
        """Somebody asks people who decide one after the other."""

        def ask() -> None:
            terms = self._terms(by, title, message, due, mode="order")
            people = [self.story.people[key] for key in first]
            versions = [self.work.newest(name)]
            approval = Approval.ask(self.work.project, versions, people, **terms)
            self.work.approvals[title] = approval
            self._present(approval, by)

        self.story.then(ago, at, ask)

    def asks_colleagues(
        self,
        ago: int,
        at: str,
        by: str,
        title: str,
        name: str,
        message: str,
        due: datetime,
        *first: str,
    ) -> None:
        """Somebody wants colleagues to look before the client is asked."""

        def ask() -> None:
            reviewers = [self.story.people[key] for key in first]
            terms = self._terms(by, title, message, due, reviewers=reviewers)
            versions = [self.work.newest(name)]
            approval = Approval.ask(self.work.project, versions, self._deciders(), **terms)
            self.work.approvals[title] = approval
            log.note("approval.review_asked", approval, terms["by"], DEVICES[by])
            agency_letters.ask_reviewers(approval, terms["by"])

        self.story.then(ago, at, ask)

    def lets_pass(self, ago: int, at: str, by: str, title: str) -> None:
        def look() -> None:
            approval, person = self.work.approvals[title], self.story.people[by]
            seen = ",".join(item.version.public_id for item in approval.current_items())
            review, _is_new = Review.make(approval, person, "passed", "", seen)
            log.reviewed(review, approval, DEVICES[by])

        self.story.then(ago, at, look)

    def _terms(
        self, by: str, title: str, message: str, due: datetime, **more: Any
    ) -> dict[str, Any]:
        person = self.story.people[by]
        return {"by": person, "title": title, "message": message, "due_at": due, **more}

    def _deciders(self) -> Sequence[Any]:
        return every(people_who("decide", self.work.project.client_id))

    def _present(self, approval: Approval, by: str) -> None:
        log.asked(approval, DEVICES[by])
        letters.ask_for_all(approval)
