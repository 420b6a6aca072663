"""What the search finds of requests: what they are about, and each thing that is needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.projects.models import Project
from app.blueprints.projects.searched import place_of
from app.core.formats import moment
from app.core.searched import Said, Searched
from app.extensions import db


def _requests(user: User) -> Select[FileRequest]:
    found = FileRequest.visible_to(user)
    return found.options(joinedload(FileRequest.project).joinedload(Project.client))


def _words(numbers: Sequence[int]) -> Iterator[Said]:
    items = select(RequestedItem.request_id, RequestedItem.title, RequestedItem.hint).where(
        RequestedItem.request_id.in_(numbers), RequestedItem.state != "withdrawn"
    )
    needed: dict[int, list[str]] = defaultdict(list)
    for number, title, hint in db.session.execute(items.order_by(RequestedItem.id)):
        needed[number] += [title, hint]
    query = select(FileRequest.id, FileRequest.title, FileRequest.message)
    for number, title, message in db.session.execute(query.where(FileRequest.id.in_(numbers))):
        yield Said(number, title, " · ".join(filter(None, [message, *needed[number]])))


def _meta(asked: FileRequest, user: User) -> list[Any]:
    return [*place_of(asked.project, user), moment(asked.asked_at)]


REQUESTS = Searched(
    kind="request",
    label=_l("Requests for files"),
    icon="upload",
    scope=_requests,
    words=_words,
    made_of={FileRequest: "id", RequestedItem: "request_id"},
    url=lambda asked: url_for("files.show_request", public_id=asked.public_id),
    meta=_meta,
)
