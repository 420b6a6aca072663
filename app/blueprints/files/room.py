"""How much room the files of a client take up, and how much there is for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client, hold
from app.blueprints.files.models import File
from app.blueprints.files.transfers import Transfer
from app.blueprints.files.uploads import Upload
from app.blueprints.projects.models import Project
from app.core.agency import Agency
from app.core.errors import DomainError
from app.core.events import record
from app.core.gauges import Gauge
from app.extensions import db

SCARCE = 80  # percent


class NoRoom(DomainError):
    """The files of a client take up all that they may."""

    status = 413
    sentence = _l(
        "There is no room left for this at the moment. That is not your fault: please tell us, and we make room."
    )


@dataclass(frozen=True, slots=True)
class Room:
    """What a client's files take up in bytes, with all their versions, and how much that may be."""

    used: int
    limit: int | None

    @property
    def percent(self) -> int:
        """How much of the limit is used; nothing of no limit."""
        return 100 * self.used // self.limit if self.limit else 0

    @property
    def is_scarce(self) -> bool:
        return self.percent >= SCARCE

    @property
    def is_full(self) -> bool:
        return self.percent >= 100

    def with_more(self, size: int) -> Room:
        """The room once so many bytes have come."""
        return Room(self.used + size, self.limit)

    def must_hold(self, size: int, by: User) -> None:
        """Raise NoRoom if so many more bytes are too many."""
        if self.limit is not None and self.used + size > self.limit:
            raise NoRoom(
                _l("This client's storage is full. An owner can enlarge it.")
                if by.is_staff
                else None
            )


def limit_of(client: Client) -> int | None:
    """How many bytes a client's files may have: its own limit, or else that of all; None is no limit."""
    agency = Agency.current()
    return client.quota if client.quota is not None or agency is None else agency.client_quota


def room_of(client: Client) -> Room:
    """The room of one client; what is on its way counts already."""
    there = Project.client_id == client.id
    used = _sum(File.weight, File.project_id, there)
    coming = _sum(Transfer.size, Transfer.project_id, there, Transfer.version_id.is_(None))
    return Room(used + coming, limit_of(client))


def rooms_of(clients: Sequence[Client]) -> dict[int, Room]:
    """The rooms of some clients by their numbers, without what is on its way."""
    numbers = [client.id for client in clients]
    sums = (
        select(Project.client_id, func.sum(File.weight))
        .join(Project, Project.id == File.project_id)
        .where(Project.client_id.in_(numbers))
        .group_by(Project.client_id)
    )
    used = dict(iter(db.session.execute(sums)))
    return {client.id: Room(int(used.get(client.id, 0)), limit_of(client)) for client in clients}


def take_room(project: Project, uploads: Sequence[Upload], by: User) -> None:
    """The same as `reserve`, for uploads that are here already."""
    reserve(project, sum(upload.stored.size for upload in uploads), by)


def reserve(project: Project, size: int, by: User) -> None:
    """Raise NoRoom if so many more bytes are too many for the client; of two at once, the second counts the first."""
    client = project.client
    if limit_of(client) is None:
        return
    hold(client.id)
    room = room_of(client)
    room.must_hold(size, by)
    if room.with_more(size).is_scarce and not room.is_scarce:
        _tell_of(project)


def must_hold_body(project: Project) -> None:
    """Raise NoRoom if what is about to be sent is too much for the client, before it is read."""
    if limit_of(project.client) is not None:
        room_of(project.client).must_hold(request.content_length or 0, current_user)


def _tell_of(project: Project) -> None:
    client = project.client
    record(
        "storage.scarce",
        client,
        by=None,
        project=project,
        client=client,
        internal=True,
        name=client.name,
        page=client.public_id,
        in_project=project.public_id,
        project_name=project.name,
    )


def _sum(what: Any, project_id: Any, *conditions: ColumnElement[bool]) -> int:
    query = select(func.coalesce(func.sum(what), 0)).join(Project, Project.id == project_id)
    return int(db.session.scalar(query.where(*conditions)) or 0)


def gauges() -> Iterator[Gauge]:
    """How many files there are, and how much room they take up."""
    count, weight = db.session.execute(select(func.count(), func.sum(File.weight))).one()
    yield Gauge("foyer_files", "Files in all projects.", count)
    yield Gauge("foyer_file_bytes", "What they take up, in all versions.", int(weight or 0))
