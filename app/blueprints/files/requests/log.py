"""What the log keeps of requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.projects.pages import record_in
from app.core.events import Device, record
from app.extensions import db


def note(verb: str, subject: FileRequest | RequestedItem, **more: Any) -> None:
    """Note what the reader did."""
    asked = subject.request if isinstance(subject, RequestedItem) else subject
    record_in(asked.project, verb, subject, name=subject.title, request=asked.public_id, **more)


def reminded(
    asked: FileRequest, people: Sequence[User], by: User | None, where: Device | None
) -> None:
    """Note who was reminded of a request, by somebody or by itself."""
    project = asked.project
    record(
        "request.reminded" if by else "request.reminded_itself",
        asked,
        by=by,
        where=where,
        project=project,
        client=db.session.get_one(Client, project.client_id),
        internal=True,
        in_project=project.public_id,
        project_name=project.name,
        name=asked.title,
        request=asked.public_id,
        to=[user.name for user in people],
        hears=[user.public_id for user in people],
    )
