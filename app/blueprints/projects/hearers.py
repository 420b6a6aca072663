"""Who hears of what happens in a project, as things stand when it is asked."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project
from app.core.events import Event
from app.core.models import every, one


def clients_of(event: Event, section: str) -> list[User]:
    """The client's people who see this section of the project; nobody if there is no project any more."""
    project = _project(event)
    return list(every(project.people_who_see(section))) if project else []


def team_of(event: Event) -> list[User]:
    """The agency's people who work on the project."""
    project = _project(event)
    return list(every(project.team())) if project else []


def everybody(event: Event, section: str) -> list[User]:
    """Both sides: who sees the section, and who works on the project."""
    return [*clients_of(event, section), *team_of(event)]


def _project(event: Event) -> Project | None:
    found = select(Project).where(Project.id == event.project_id)
    return one(found.options(joinedload(Project.client)))
