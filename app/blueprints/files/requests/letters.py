"""The mails of requests: to those who can give something, and to those who wait for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.core import mail
from app.core.models import every, one


def ask_givers(asked: FileRequest, by: User) -> list[str]:
    """Ask everybody who can give something; returns their names. Whoever asks gets no mail."""
    people = [user for user in asked.givers() if user.id != by.id]
    missing = [item for item in asked.current_items() if item.is_missing]
    _write("request_asked", people, asked, by, items=missing)
    return [user.name for user in people]


def tell_what_came_back(item: RequestedItem, by: User) -> None:
    """Tell who gave it, or everybody who can, that it is needed once more, and why."""
    people = item.request.givers()
    gave = [user for user in people if user.id == item.given_by_id]
    _write("request_returned", gave or people, item.request, by, item=item)


def tell_that_all_is_there(asked: FileRequest, by: User) -> None:
    """Tell who asked, and who leads the project, if they see it, that nothing is missing any more."""
    numbers = {asked.asked_by_id, asked.project.lead_id} - {None, by.id}
    people = every(User.present().where(User.id.in_(numbers)).order_by(User.id))
    _write("request_given", _who_see(people, asked), asked, by, items=asked.current_items())


def _who_see(people: Iterable[User], asked: FileRequest) -> list[User]:
    """Of some people, who may have left the project since, those who can still open it."""
    mine = FileRequest.id == asked.id
    return [user for user in people if one(FileRequest.visible_to(user).where(mine))]


def _write(
    template: str, people: Iterable[User], asked: FileRequest, by: User, **more: Any
) -> None:
    client = asked.project.client
    context: dict[str, Any] = {"colour": client.colour} if client.colour else {}
    context |= {"asked": asked, "client": client, "by": by, **more}
    for user in people:
        mail.queue(
            template,
            user.recipient,
            reply_to=by.email,
            called=user.called,
            button_url=personal_url(user, "files.show_request", public_id=asked.public_id),
            **context,
        )
