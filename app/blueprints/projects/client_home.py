"""The home of a client's person: what waits, their projects, what has happened."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext, to_user_timezone
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.projects import tour
from app.blueprints.projects.activity import activity_of
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import tabs_of
from app.blueprints.projects.rows import LATEST, WITH, listed
from app.blueprints.projects.waiting import on_you
from app.core import clock
from app.core.amounts import number_word
from app.core.models import one
from app.core.prepared import Prepared

NOON, EVENING = 11, 18
RUNNING, FINISHED = 10, 5
THEIRS = Prepared[Project](lambda reader: Project.running(reader).options(*WITH))
FORMER = Prepared[Project](lambda reader: Project.finished(reader).options(*WITH))


def client_home(user: User) -> dict[str, Any]:
    """What projects/home.html needs."""
    pile = on_you(user)
    running = listed(THEIRS.page(user, LATEST, request.args.get("projects"), RUNNING), user)
    finished = listed(FORMER.page(user, LATEST, None, FINISHED), user)
    return {
        "greeting": greeting(user),
        "sentence": sentence(pile.count),
        "pile": pile,
        "projects": [*running.rows, *([] if running.next else finished.rows)],
        "running": running,
        "more_finished": finished.next is not None,
        "activity": activity_of(user, request.args.get("activity")),
        "several_clients": len(access.memberships(user)) > 1,
        "tour": first_step(user),
    }


def greeting(user: User) -> str:
    """Good morning, day or evening, by the person's own clock."""
    hour = to_user_timezone(clock.now()).hour
    if hour < NOON:
        words = _("Good morning, %(name)s", name=user.called)
    elif hour < EVENING:
        words = _("Good day, %(name)s", name=user.called)
    else:
        words = _("Good evening, %(name)s", name=user.called)
    return str(words)


def sentence(count: int) -> str:
    """How much waits, the number in words."""
    if count == 0:
        return str(_("Nothing waits for you."))
    number = number_word(count, capital=True)
    return str(
        ngettext(
            "One thing waits for you.", "%(number)s things wait for you.", count, number=number
        )
    )


def first_step(user: User) -> tour.Step | None:
    """The first step of the tour: on the first visit by itself, later when it is asked for."""
    asked = request.args.get("tour") or ("1" if user.toured_at is None else None)
    if not asked or user.is_staff:
        return None
    project = first_project(user)
    tabs = tabs_of(project) if project else []
    return tour.step_of("home", user, asked, project, tabs)


def first_project(user: User) -> Project | None:
    """The project that the tour leads to."""
    latest = Project.running(user).options(joinedload(Project.client))
    return one(latest.order_by(Project.id.desc()).limit(1))
