"""What the pages show of requests: on the list of files, and one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_login import current_user
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.blueprints.clients import access
from app.blueprints.clients.access import find_or_404
from app.blueprints.files.models import File
from app.blueprints.files.requests.forms import LackForm, ReturnForm
from app.blueprints.files.requests.hearers import who_waits_for
from app.blueprints.files.requests.items import GivenFile, RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.files.requests.place import folder_of
from app.blueprints.files.requests.reminding import reminders_of
from app.blueprints.files.uploads import upload_limit
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page
from app.core.forms import Form
from app.core.models import every
from app.core.paging import page
from app.core.wanting import names_of_told

SHOWN, SIZE, MOST_FILES = 5, 30, 200
ITEMS = selectinload(FileRequest.items).joinedload(RequestedItem.given_by)


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as its page shows it: with what was given for it, and with what can be said about it."""

    item: RequestedItem
    given: Sequence[GivenFile]
    lack: LackForm
    send_back: ReturnForm
    problem: str = ""

    @property
    def lack_is_open(self) -> bool:
        """Whether the reader was about to say that they don't have it."""
        return bool(self.lack.errors or self.lack.excuse.data)

    @property
    def return_is_open(self) -> bool:
        """Whether the reader was about to return it."""
        return bool(self.send_back.errors or self.send_back.reason.data)


def needs_of(project: Project) -> dict[str, Any]:
    """The open requests of a project, the most pressing first; part of the page of its files."""
    mine = FileRequest.of_project(current_user, project)
    order = (FileRequest.due_at.is_(None), FileRequest.due_at, FileRequest.id)
    open_ones = mine.where(FileRequest.state == "open").options(ITEMS).order_by(*order)
    shown = every(open_ones.limit(SHOWN))
    there = every(mine.with_only_columns(FileRequest.id).limit(SHOWN + 1))
    return {
        "needs": shown,
        "more_needs": len(there) > len(shown),
        **what_may_be_done(project),
    }


def requests_page(project: Project) -> dict[str, Any]:
    """A page of all requests of a project, the last first."""
    mine = FileRequest.of_project(current_user, project).options(ITEMS)
    found = page(mine, (FileRequest.id.desc(),), request.args.get("at"), SIZE)
    return project_page(project, "files") | what_may_be_done(project) | {"requests": found}


def request_page(
    asked: FileRequest, wrong: dict[str, Form | str] | None = None, *, overtaken: bool = False
) -> dict[str, Any]:
    """One request. `wrong`: by the id of an item, the form that came back with errors, or what is wrong.

    `overtaken`: somebody was faster; what the reader has typed stays.
    """
    found, typed = _given_for(asked), request.form if overtaken else None
    return (
        project_page(asked.project, "files")
        | what_may_be_done(asked.project)
        | {
            "asked": asked,
            "folder": folder_of(asked),
            "shown": [
                _shown(item, found, (wrong or {}).get(item.public_id), typed)
                for item in asked.items
            ],
            "overtaken": overtaken,
            "limit": upload_limit(),
            "audience": audience_of(asked.project),
            "waiting": names_of_told(
                who_waits_for(asked), "request", asked.project_id, current_user
            ),
            "reminders": reminders_of(asked) if current_user.is_staff else None,
        }
    )


def audience_of(project: Project) -> dict[str, list[str]]:
    """For the agency: who of the client can give something, and who only sees it."""
    if not current_user.is_staff:
        return {}
    givers = {person.id for person in every(access.people_who("upload", project.client_id))}
    people = every(project.people_who_see("files"))
    return {
        "givers": [person.name for person in people if person.id in givers],
        "readers": [person.name for person in people if person.id not in givers],
    }


def what_may_be_done(project: Project) -> dict[str, bool]:
    """Whether the reader gives what is needed, and whether they ask and look at it."""
    running = not project.is_finished
    return {
        "may_give": running and access.can(current_user, "upload", project),
        "may_ask": running and access.can(current_user, "ask", project),
    }


def find_request(public_id: str) -> FileRequest:
    """The request; its project comes with all that the project's pages need."""
    asked: FileRequest = find_or_404(FileRequest.visible_to(current_user).options(ITEMS), public_id)
    find_project(asked.project.public_id)
    return asked


def find_item(public_id: str, project: Project | None = None) -> RequestedItem:
    """An item of a request that the reader sees, in one project if so wanted; its project comes as above."""
    seen = FileRequest.visible_to(current_user)
    if project is not None:
        seen = seen.where(FileRequest.project_id == project.id)
    seen = seen.with_only_columns(FileRequest.id)
    item: RequestedItem = find_or_404(
        select(RequestedItem).where(RequestedItem.request_id.in_(seen)), public_id
    )
    find_project(item.request.project.public_id)
    return item


def _shown(
    item: RequestedItem,
    given: dict[int, list[GivenFile]],
    wrong: Form | str | None,
    typed: Any,
) -> Shown:
    lack = wrong if isinstance(wrong, LackForm) else None
    send_back = wrong if isinstance(wrong, ReturnForm) else None
    return Shown(
        item,
        given[item.id],
        lack or LackForm(typed, prefix=item.public_id),
        send_back or ReturnForm(typed, prefix=item.public_id),
        wrong if isinstance(wrong, str) else "",
    )


def _given_for(asked: FileRequest) -> dict[int, list[GivenFile]]:
    """What was given, as far as the reader sees it, the last first, by the number of the item."""
    mine = [item.id for item in asked.items]
    visible = File.visible_to(current_user).with_only_columns(File.id)
    is_seen = or_(GivenFile.file_id.in_(visible), GivenFile.file_id.is_(None))
    query = (
        select(GivenFile)
        .where(GivenFile.item_id.in_(mine), is_seen)
        .options(joinedload(GivenFile.file).joinedload(File.latest))
        .order_by(GivenFile.id.desc())
    )
    found: dict[int, list[GivenFile]] = defaultdict(list)
    for given in every(query.limit(MOST_FILES)):
        found[given.item_id].append(given)
    return found
