"""What approvals wait for, as the home pages, the project's tabs and the calendar show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func
from sqlalchemy.orm import joinedload, lazyload, selectinload

from app.blueprints.accounts.models import User
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.matters import Matter, told_together
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reminders import Reminder
from app.blueprints.approvals.turns import names_of_turn, turns_since
from app.blueprints.clients import access
from app.blueprints.projects.models import Project
from app.core.addresses import full_url
from app.core.features import CalendarDate, Picture, Press, Tab, Waiting
from app.core.models import every
from app.core.prepared import Prepared, Thing, counted
from app.core.watch import is_today

MOST = 200
WITH = (
    selectinload(Approval.items).joinedload(ApprovalItem.version),
    joinedload(Approval.package).options(lazyload(Package.project), lazyload(Package.asked_by)),
    joinedload(Approval.project).joinedload(Project.client),
)


WAITING = Prepared[Approval](lambda reader: Approval.waiting_for(reader).options(*WITH).limit(MOST))
A_PROJECT: Any = Thing("project")
THERE = Prepared[int](lambda reader: counted(Approval.of_project(reader, A_PROJECT), Approval.id))
MINE = Prepared[int](
    lambda reader: counted(
        Approval.waiting_for(reader).where(Approval.project_id == bindparam("project")).distinct(),
        func.coalesce(Approval.package_id, -Approval.id),  # A package counts once.
    )
)
AGENCY = Prepared[Any](lambda reader: Approval.with_agency(reader).options(*WITH).limit(MOST))
OPEN = Prepared[Approval](
    lambda reader: Approval.in_state(reader, "open").options(*WITH).limit(MOST)
)


def tab(project: Project, user: User) -> Tab:
    """The tab of a project: how many approvals there are, and how many wait for the reader."""
    waiting = 0 if user.is_staff else MINE.rows(user, project=project.id).one()
    count = THERE.rows(user, project=project.id).one()
    address = url_for("approvals.index", public_id=project.public_id)
    return Tab("approvals", _("Approvals"), address, count=count, waiting=waiting)


def on_reader(user: User) -> Iterator[Waiting]:
    """What waits for a person: decisions for who was asked; for the agency, reviews and changes; a package is one."""
    yield from _on_agency(user) if user.is_staff else _on_client(user)


def with_clients(user: User) -> Iterator[Waiting]:
    """What the agency waits for: open approvals, with whom each lies, and a tap that reminds them."""
    matters = told_together(OPEN.rows(user))
    approvals = [each.approval for each in matters]
    names = names_of_turn(approvals)
    reminded = Reminder.last_at([each.id for each in approvals])
    for matter in matters:
        number = matter.approval.id
        who = names.get(number, "")
        press = _press(matter.approval, reminded.get(number)) if who else None
        thing = _waiting(matter, _("Look at it"), "clock", "", True)
        yield replace(thing, who=who, press=press)


def dates(user: User) -> Iterator[CalendarDate]:
    """The due dates of open approvals, for a person's calendar."""
    due = Approval.in_state(user, "open").where(Approval.due_at.is_not(None))
    for matter in told_together(_some(due)):
        approval, (endpoint, public_id) = matter.approval, matter.page
        if approval.due_at is not None:
            yield CalendarDate(
                uid=f"approval-{approval.public_id}",
                title=_("Approval: %(title)s", title=matter.title),
                url=full_url(endpoint, public_id=public_id),
                on=approval.due_at,
                project_name=approval.project.name,
                changed_at=approval.state_at,
            )


def _on_agency(user: User) -> Iterator[Waiting]:
    acts = {
        "review": (_("Review it"), "eye", _("Internal review")),
        "returned": (_("Look at it"), "changes", _("Sent back internally")),
        "changes": (_("Look at it"), "changes", _("Changes wanted")),
        "nobody": (_("Choose who decides"), "person", _("Nobody can decide")),
    }
    rows = AGENCY.tuples(user).all()
    for matter in told_together(approval for approval, why in rows if why == "review"):
        yield _waiting(matter, *acts["review"])
    for approval, why in rows:
        if why != "review":
            yield _waiting(Matter(approval), *acts[why])


def _on_client(user: User) -> Iterator[Waiting]:
    matters = told_together(WAITING.rows(user))
    turns = turns_since([each.approval for each in matters], [user])
    for matter in matters:
        if access.can(user, "decide", matter.approval):
            thing = _waiting(matter, _("View and decide"), "approved", _("Approval"), True)
            yield replace(thing, since=turns[matter.approval.id, user.id])


def _press(approval: Approval, last: datetime | None) -> Press:
    address = url_for("approvals.create_reminder", public_id=approval.public_id)
    return Press(_("Remind"), address, done=_("reminded today") if is_today(last) else "")


def _waiting(matter: Matter, action: str, icon: str, kind: str, due: bool = False) -> Waiting:
    approval, (endpoint, public_id) = matter.approval, matter.page
    project = approval.project
    picture = next((each for each in map(_picture, approval.items) if each), None)
    return Waiting(
        title=matter.title,
        url=url_for(endpoint, public_id=public_id),
        icon=icon,
        action=action,
        project=project,
        project_name=project.name,
        client_name=project.client.name,
        since=approval.state_at,
        due_at=approval.due_at if due else None,
        kind=kind,
        message=approval.message,
        who=approval.asked_by.name,
        picture=picture,
    )


def _picture(item: ApprovalItem) -> Picture | None:
    version, preview = item.version, item.version.preview
    if preview is None or not preview.is_ready:
        return None
    address = url_for("files.preview", public_id=version.public_id, size="small")
    return Picture(address, preview.width, preview.height)


def _some(query: Select[Approval]) -> list[Approval]:
    return list(every(query.options(*WITH).limit(MOST)))
