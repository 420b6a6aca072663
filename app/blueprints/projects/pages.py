"""What all pages of a project share, also those of other slices: finding it, its frame, its line in the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import bindparam
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.models import User
from app.blueprints.clients import access, frame
from app.blueprints.projects import tour
from app.blueprints.projects.models import Project
from app.core import features
from app.core.events import Event, record
from app.core.features import Tab
from app.core.prepared import Prepared

WITH = (
    joinedload(Project.client),
    joinedload(Project.stage),
    joinedload(Project.lead),
    joinedload(Project.words_by),
)


FOUND = Prepared[Project](
    lambda reader: (
        Project.visible_to(reader).options(*WITH).where(Project.public_id == bindparam("public_id"))
    )
)


def find_project(public_id: str, section: str = "") -> Project:
    """The project with this opaque id, with client, stage and lead; 404 if it does not exist for the reader.

    With a `section`, also 404 if the project hides that section from the reader.
    """
    project = FOUND.rows(current_user, public_id=public_id).one_or_none()
    if project is None:
        abort(404)
    if section and not sees_section(current_user, project, section):
        abort(404)
    return project


def sees_section(user: User, project: Project, section: str) -> bool:
    """Whether a person sees a section of a project. The agency's people see all."""
    return user.is_staff or project.shows(section)


def project_page(project: Project, tab: str = "projects") -> dict[str, Any]:
    """What projects/layout.html needs. `tab` is the name of the Tab that the page belongs to."""
    frame.turn_to(project.client)
    tabs = [replace(each, current=each.name == tab) for each in tabs_of(project)]
    all_projects = (_("Projects"), url_for("projects.index"))
    return {
        "project": project,
        "tabs": tabs,
        "crumb": all_projects if current_user.is_staff else (_("Home"), url_for("projects.home")),
        "tour": tour.step_of(tab, current_user, request.args.get("tour"), project, tabs),
        "several_clients": len(access.memberships(current_user)) > 1,
    }


def tabs_of(project: Project) -> list[Tab]:
    """The tabs of the features that are on, as far as the reader sees their sections."""
    return [
        tab
        for feature in features.active()
        if feature.tab
        and (not feature.section or sees_section(current_user, project, feature.name))
        for tab in [feature.tab(project, current_user)]
        if tab
    ]


def record_in(project: Project, verb: str, subject: Any, **facts: Any) -> Event:
    """Note what the reader did in a project; `name` is what it was done to."""
    return record(
        verb,
        subject,
        by=current_user,
        where=device_of(request),
        project=project,
        client=project.client,
        in_project=project.public_id,
        project_name=project.name,
        **facts,
    )
