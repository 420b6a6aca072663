"""What requests wait for, as the home pages, the project's tab and the calendar show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, bindparam
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.files.requests.pages import ITEMS
from app.blueprints.files.requests.reminders import RequestReminder
from app.blueprints.projects.models import Project
from app.core.addresses import full_url
from app.core.features import CalendarDate, Press, Waiting
from app.core.models import every
from app.core.prepared import Prepared, counted
from app.core.watch import is_today

MOST, NAMED = 200, 3
WITH = (ITEMS, joinedload(FileRequest.project).joinedload(Project.client))
WAITING = Prepared[FileRequest](
    lambda reader: FileRequest.waiting_for(reader).options(*WITH).limit(MOST)
)

COUNT = Prepared[int](
    lambda reader: counted(
        FileRequest.waiting_for(reader).where(FileRequest.project_id == bindparam("project")),
        FileRequest.id,
    )
)


def on_reader(user: User) -> Iterator[Waiting]:
    """What waits for a person: things to give for the client, things to look at for the agency."""
    if user.is_staff:
        for asked in _some(FileRequest.given(user)):
            yield _given(asked)
    else:
        for asked in WAITING.rows(user):
            kind, who = what_is_missing(asked), asked.asked_by.name
            yield _waiting(asked, "upload", _("Upload"), kind, who, asked.due_at)


def with_clients(user: User) -> Iterator[Waiting]:
    """What the agency waits for: requests for which something is missing."""
    requests = _some(FileRequest.missing(user))
    reminded = RequestReminder.last_at([each.id for each in requests])
    for asked in requests:
        who, press = what_is_missing(asked), _press(asked, reminded.get(asked.id))
        waiting = _waiting(asked, "clock", _("Look at it"), "", who, asked.due_at)
        yield replace(waiting, press=press)


def dates(user: User) -> Iterator[CalendarDate]:
    """Until when things are needed, for a person's calendar."""
    for asked in _some(FileRequest.missing(user).where(FileRequest.due_at.is_not(None))):
        if asked.due_at is not None:
            yield CalendarDate(
                uid=f"request-{asked.public_id}",
                title=_("Needed: %(title)s", title=asked.title),
                url=full_url("files.show_request", public_id=asked.public_id),
                on=asked.due_at,
                project_name=asked.project.name,
                changed_at=asked.state_at,
            )


def count_for(user: User, project: Project) -> int:
    """How many requests of a project wait for a person of the client."""
    if user.is_staff:
        return 0
    return COUNT.rows(user, project=project.id).one()


def what_is_missing(asked: FileRequest) -> str:
    """How many things are missing, and which: "2 of 3 are missing: Logo, Photos"."""
    missing = asked.missing_items
    said = ngettext(
        "%(num)s of %(total)s is missing: %(what)s",
        "%(num)s of %(total)s are missing: %(what)s",
        len(missing),
        total=len(asked.items),
        what=_in_words(missing),
    )
    return str(said)


def _in_words(items: Sequence[RequestedItem]) -> str:
    """What some items are called; of many, the first few."""
    named = ", ".join(item.title for item in items[:NAMED])
    more = len(items) - NAMED
    if more > 0:
        named = ngettext("%(named)s and one more", "%(named)s and %(num)s more", more, named=named)
    return named


def _press(asked: FileRequest, last: datetime | None) -> Press:
    address = url_for("files.create_request_reminder", public_id=asked.public_id)
    return Press(_("Remind"), address, done=_("reminded today") if is_today(last) else "")


def _given(asked: FileRequest) -> Waiting:
    given = max(asked.given_items, key=lambda item: (item.given_at or asked.asked_at, item.id))
    what = _("Given: %(what)s", what=_in_words(asked.given_items))
    who = given.given_by.name if given.given_by else ""
    waiting = _waiting(asked, "upload", _("Look at it"), what, who)
    return replace(waiting, since=given.given_at or asked.asked_at)


def _waiting(
    asked: FileRequest,
    icon: str,
    action: str,
    kind: str,
    who: str,
    due_at: datetime | None = None,
) -> Waiting:
    project = asked.project
    return Waiting(
        title=asked.title,
        url=url_for("files.show_request", public_id=asked.public_id),
        icon=icon,
        action=action,
        project=project,
        project_name=project.name,
        client_name=project.client.name,
        since=asked.asked_at,
        due_at=due_at,
        kind=kind,
        message=asked.message,
        who=who,
    )


def _some(query: Select[FileRequest]) -> list[FileRequest]:
    return list(every(query.options(*WITH).limit(MOST)))
