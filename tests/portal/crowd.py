"""Much of everything that the main pages list, written in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from app.blueprints.accounts.models import User
from app.blueprints.accounts.sessions import UserSession
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.deciders import ApprovalDecider
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reviews import ApprovalReviewer, Review
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client, Membership
from app.blueprints.files.archivals import Archival
from app.blueprints.files.enclosures import Enclosure
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.requests.items import GivenFile, RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.files.versions import Version
from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project
from app.blueprints.projects.stages import Stage
from app.blueprints.projects.updates import Note, Update
from app.core import clock
from app.core.events import Event
from app.core.mail import Mail
from app.extensions import db
from tests.portal.world import Place

FIRST = 100_000
"""The number of the first row that is written here; those of the world are below."""
MOST_PEOPLE = 60
"""A client's people are not paged: no client of a small agency has more."""
MOST = {**dict.fromkeys((User, Membership, Invitation), MOST_PEOPLE), Folder: 500}
STATES = ("open", "changes", "approved", "withdrawn", "review", "returned")
INTERNAL = ("review", "returned")

Row = dict[str, Any]


class Crowd:
    """Adds more and more to one client, to its project, and to the agency."""

    def __init__(self, place: Place) -> None:
        self.client = _id(Client, place.client)
        self.project = _id(Project, place.project)
        self.stage = _id(Stage, place.stage)
        self.file = _id(File, place.shared)
        self.approver = _id(User, place.decider)
        self.manager = _id(User, place.manager)
        self.owner = db.session.scalars(
            select(User.id).where(User.agency_role == "owner").limit(1)
        ).one()
        self.approval = _id(Approval, place.approval)
        self.count = 0

    def grow(self, count: int) -> None:
        """Let there be `count` of each kind of row."""
        for kind, row in self._kinds():
            most = min(count, MOST.get(kind, count))
            numbers = range(FIRST + self.count, FIRST + most)
            rows = [{"id": n, "public_id": f"{n:016d}", **row(n)} for n in numbers]
            if kind is Event:  # A page that is looked at may add one, too.
                rows = [{name: each[name] for name in each if name != "id"} for each in rows]
            if rows:
                db.session.execute(insert(kind), rows)
        db.session.commit()
        self.count = count

    def _kinds(self) -> Iterator[tuple[Any, Callable[[int], Row]]]:
        """Every table, with what its rows say, in the order in which they need each other."""
        yield User, lambda n: {"name": f"Person {n}", "email": f"{n}@kunde.de", "side": "client"}
        yield Membership, lambda n: {"client_id": self.client, "user_id": n, "role": "viewer"}
        yield Invitation, self._invitation
        yield Client, lambda n: {"name": f"Firma {n}", "lead_id": self.manager}
        yield Project, self._project
        yield Milestone, lambda n: {**self._milestone(n), "project_id": self.project}
        yield Update, lambda n: {**self._told(n), "title": f"Neues {n}"}
        yield Note, self._told
        yield Folder, lambda n: {**self._in_project(f"Ordner {n}"), "from_client": n % 2 == 0}
        yield Archival, lambda n: {**self._in_project(f"Alt {n}"), "of_folder": True}
        yield File, self._file
        yield Version, self._version
        yield Version, lambda n: self._version(n) | self._newer_version(n)
        yield FileRequest, self._request
        yield RequestedItem, self._item
        yield GivenFile, lambda n: {"item_id": n, "file_id": n, "name": "Foto.jpg"}
        yield Enclosure, lambda n: {"update_id": n, "version_id": n, "is_picture": n % 2 == 0}
        yield Package, self._packed
        yield Approval, self._approval
        yield ApprovalItem, lambda n: {"approval_id": n, "round": 1, "file_id": n, "version_id": n}
        yield Decision, self._decision
        yield Comment, self._comment
        yield Comment, lambda n: self._comment(n) | self._answer(n)
        yield ApprovalDecider, lambda n: {"approval_id": n, "user_id": self.approver}
        yield ApprovalReviewer, lambda n: {"approval_id": n, "user_id": self.owner}
        yield (
            Review,
            lambda n: {"approval_id": n, "draft": 2, "by_id": self.owner, "outcome": "passed"},
        )
        yield (
            UserSession,
            lambda n: {"user_id": self.approver, "digest": str(n), "device": "Safari"},
        )
        yield Mail, self._mail
        yield Event, self._event

    def _invitation(self, n: int) -> Row:
        moment = clock.now()
        person = {"name": f"Gast {n}", "email": f"gast-{n}@kunde.de", "language": "de"}
        place = {"client_id": self.client, "role": "viewer", "invited_by_id": self.manager}
        return {**person, **place, "sent_at": moment, "expires_at": moment + timedelta(days=14)}

    def _project(self, n: int) -> Row:
        """Every other one is the same client's; of each five, one is finished, the others are late."""
        whose = self.client if n % 2 else n
        over = clock.now() if n % 5 == 1 else None
        more = {"stage_id": self.stage, "lead_id": self.manager, "finished_at": over}
        return {"client_id": whose, "name": f"Projekt {n}", "due_on": date(2025, 1, 1), **more}

    def _milestone(self, n: int) -> Row:
        return {"title": f"Termin {n}", "on": date(2025, 1, 1) + timedelta(days=n % 900)}

    def _in_project(self, name: str) -> Row:
        return {"project_id": self.project, "name": name, "by_id": self.approver}

    def _told(self, n: int) -> Row:
        return {"project_id": self.project, "author_id": self.manager, "body": f"Text {n}"}

    def _file(self, n: int) -> Row:
        shown = {"shared_at": clock.now(), "number": 1}
        return {"project_id": self.project, "name": f"{n}.png", "by_id": self.manager, **shown}

    def _version(self, n: int) -> Row:
        kept = {"size": 1, "sha256": "0" * 64, "content_type": "image/png", "key": f"key-{n}"}
        return {"file_id": n, "number": 1, "name": f"{n}.png", "by_id": self.manager, **kept}

    def _newer_version(self, n: int) -> Row:
        """A version of one and the same file; its page shows the newest of them all."""
        other = n + 2 * FIRST
        ids = {"id": other, "public_id": f"{other:016d}", "key": f"key-{other}"}
        return {**ids, "file_id": self.file, "number": n}

    def _approval(self, n: int) -> Row:
        """Of each four, two are alone, and two are a package."""
        state, at = STATES[n % len(STATES)], clock.now()
        shown = {"state_at": at, "presented_at": None if state in INTERNAL else at}
        package = n - n % 2 if n % 4 > 1 else None
        stands = {"state": state, "package_id": package, "asked_by_id": self.manager, **shown}
        return {"project_id": self.project, "title": f"Freigabe {n}", "due_at": at, **stands}

    def _packed(self, n: int) -> Row:
        asked = {"asked_by_id": self.manager, "project_id": self.project}
        return {**asked, "title": f"Reihe {n}"}

    def _decision(self, n: int) -> Row:
        said = {"outcome": "approved", "reference": f"F-{n}", "seen": []}
        return {"approval_id": n, "round": 1, "by_id": self.approver, **said}

    def _request(self, n: int) -> Row:
        asked = {"asked_by_id": self.manager, "project_id": self.project}
        return {**asked, "title": f"Material {n}", "state": ("open", "open", "done")[n % 3]}

    def _item(self, n: int) -> Row:
        state = ("open", "open", "given")[n // 3 % 3]
        given = {"given_by_id": self.approver, "given_at": clock.now(), "state": state}
        return {"request_id": n, "title": f"Foto {n}", **given}

    def _comment(self, n: int) -> Row:
        said = {"approval_id": self.approval, "round": 1, "body": f"Bitte größer {n}"}
        return {**said, "author_id": self.approver, "sent_at": clock.now()}

    def _answer(self, n: int) -> Row:
        other = n + 2 * FIRST
        return {"id": other, "public_id": f"{other:016d}", "answers_id": n}

    def _mail(self, n: int) -> Row:
        said = {
            "kind": "test",
            "subject": f"Betreff {n}",
            "text": "-",
            "html": "-",
            "language": "de",
        }
        return {**said, "to_email": f"{n % MOST_PEOPLE}@kunde.de", "message_id": f"<{n}@localhost>"}

    def _event(self, n: int) -> Row:
        place = {"project_id": self.project, "client_id": self.client, "actor_id": self.manager}
        chain = {"people_digest": "", "previous": "", "hash": str(n), "subject_type": "update"}
        told = {"verb": "update.posted", "at": clock.now(), "facts": {"name": f"Neues {n}"}}
        return {**place, **chain, **told, "people": {"name": "Jana Petersen"}}


def _id(kind: Any, public_id: str) -> int:
    number: int = db.session.scalars(select(kind.id).where(kind.public_id == public_id)).one()
    return number
