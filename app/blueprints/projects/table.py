"""The agency's table of projects: running ones, one's own, the archive."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import to_user_timezone
from sqlalchemy import Select, func, select

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project
from app.blueprints.projects.rows import project_list
from app.blueprints.projects.waiting import Pile
from app.core import clock
from app.core.formats import since
from app.core.models import one
from app.extensions import db

SHOWS = ("running", "mine", "finished", "archive")


def project_table(user: User, show: str, endpoint: str, us: Pile, clients: Pile) -> dict[str, Any]:
    """What projects/table.html needs: a page of the projects, and the links that filter them."""
    running = Project.running(user)
    scopes = {
        "running": running,
        "mine": running.where(Project.with_person(user)),
        "finished": Project.finished(user),
        "archive": Project.archived(user),
    }
    all_running, of_mine, archived = _counts(
        *(scopes[each] for each in SHOWS if each != "finished")
    )
    labels = {
        "running": _("Running, %(count)s", count=all_running),
        "mine": _("Mine, %(count)s", count=of_mine),
        "finished": _("Finished"),
        "archive": _("Archive"),
    }
    return {
        "table": project_list(scopes[show], user, request.args.get("projects")),
        "show": show,
        "endpoint": endpoint,
        "whom": _with_whom(us, clients),
        "filters": [
            (labels[each], url_for(endpoint, show=each, _anchor="projects"), each == show)
            for each in SHOWS
            if each != "archive" or archived
        ],
    }


def has_archive(user: User) -> bool:
    """Whether any project that a person can see is archived."""
    return one(Project.archived(user).with_only_columns(Project.id).limit(1)) is not None


def chosen_show() -> str:
    """Which projects the reader wants to see."""
    asked = request.args.get("show", "")
    return asked if asked in SHOWS else SHOWS[0]


def today() -> date:
    """The day on the reader's calendar."""
    there: datetime = to_user_timezone(clock.now())
    return there.date()


def _counts(*scopes: Select[Project]) -> list[int]:
    """How many each of these has; in one query."""
    numbers = [
        select(func.count()).select_from(each.subquery()).scalar_subquery() for each in scopes
    ]
    return list(db.session.execute(select(*numbers)).one())


def _with_whom(us: Pile, clients: Pile) -> dict[int, str]:
    """With whom each project waits, and since when: of several things, the most pressing one."""
    whom: dict[int, str] = {}
    for label, pile in ((_("Client"), clients), (_("Us"), us)):
        for thing in pile.things:
            if thing.project is not None:
                whom.setdefault(thing.project.id, f"{label}, {since(thing.since)}")
    return whom
