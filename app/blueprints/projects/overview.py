"""The overview of a project: where it stands, what waits, what was told, which dates come."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_login import current_user

from app.blueprints.clients import access
from app.blueprints.clients.sections import UPDATES
from app.blueprints.projects import hooks
from app.blueprints.projects.forms import MilestoneForm, NoteForm, StatusForm
from app.blueprints.projects.health import health_of
from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import project_page, sees_section
from app.blueprints.projects.retention import archived_on
from app.blueprints.projects.stages import Stage
from app.blueprints.projects.table import today
from app.blueprints.projects.updates import Note, Update
from app.blueprints.projects.waiting import of_project, on_you, with_clients
from app.core.models import every, one
from app.core.paging import page

NEWEST, DATES, NOTES, PEOPLE = 3, 50, 5, 8


def overview(project: Project, **forms: Any) -> dict[str, Any]:
    """What projects/show.html needs. `forms` are those that came back with errors."""
    stages = Stage.in_order()
    context = project_page(project) | {
        "steps": project.steps(stages),
        "health": health_of(project, current_user),
        "pile": on_you(current_user, of_project(project)),
        "told": sees_section(current_user, project, UPDATES.name),
        "today": today(),
        "next": None,
    }
    if context["told"]:
        context |= _told(project)
    if access.can(current_user, "see_internal"):
        context |= _for_agency(project)
    return context | forms


def _told(project: Project) -> dict[str, Any]:
    key = (Milestone.on, Milestone.id)
    open_ones = Milestone.open().where(Milestone.project_id == project.id)
    updates = page(Update.of_project(project), (Update.id.desc(),), None, NEWEST)
    return {
        "next": one(open_ones.limit(1)),
        "updates": updates,
        "parts": hooks.parts_of(updates.rows, current_user),
        "dates": page(Milestone.of_project(project), key, request.args.get("dates"), DATES),
    }


def _for_agency(project: Project) -> dict[str, Any]:
    cursor = request.args.get("notes")
    status = StatusForm(formdata=None, obj=project)
    status.stage.data = project.stage.public_id
    return {
        "archived_on": archived_on(project),
        "people": every(project.client.people().limit(PEOPLE)),
        "theirs": with_clients(current_user, of_project(project)),
        "notes": page(Note.of_project(project), (Note.id.desc(),), cursor, NOTES),
        "status_form": status,
        "milestone_form": MilestoneForm(formdata=None),
        "note_form": NoteForm(formdata=None),
    }
