"""The mails of requests, to those who can give something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.core import mail
from app.core.mail import Mail
from app.extensions import db

THREAD = "request-"


def ask(asked: FileRequest, by: User) -> list[str]:
    """Ask everybody who can give what is missing; returns their names. Whoever asks gets no mail."""
    people = [user for user in asked.awaited() if user.id != by.id]
    _write("request_asked", people, asked, by, items=asked.current_missing())
    return [user.name for user in people]


def tell_what_came_back(item: RequestedItem, by: User) -> None:
    """Tell who gave it, or everybody who can, that it is needed once more, and why."""
    people = item.whom_to_ask_again()
    _write("request_returned", people, item.request, by, item=item)


def remind(asked: FileRequest, user: User, by: User | None) -> None:
    """Remind somebody of what is missing; a reminder that still lies in the outbox is replaced."""
    mail.call_off("request_reminder", THREAD + asked.public_id, user.id)
    _write("request_reminder", [user], asked, by or asked.asked_by, items=asked.current_missing())


def request_of(letter: Mail) -> FileRequest | None:
    """The request that a mail is about."""
    return FileRequest.by_public_id(letter.thread.removeprefix(THREAD))


def _write(
    template: str, people: Iterable[User], asked: FileRequest, by: User, **more: Any
) -> None:
    client = db.session.get_one(Client, asked.client_id)
    context: dict[str, Any] = {"colour": client.colour} if client.colour else {}
    context |= {"asked": asked, "client": client, "by": by, **more}
    for user in people:
        mail.queue(
            template,
            user.recipient,
            reply_to=by.email if by.removed_at is None else "",
            thread=THREAD + asked.public_id,
            project_id=asked.project_id,
            needed_by=asked.due_at,
            called=user.called,
            button_url=personal_url(user, "files.show_request", public_id=asked.public_id),
            **context,
        )
