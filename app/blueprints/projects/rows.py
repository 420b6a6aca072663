"""Projects as the lists show them: with health, steps and the next date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.clients.sections import UPDATES
from app.blueprints.projects.health import Health, health_of
from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import sees_section
from app.blueprints.projects.stages import Stage
from app.core.paging import Page, page

WITH = (joinedload(Project.client),)
LATEST = (Project.id.desc(),)


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in a list."""

    project: Project
    health: Health
    steps: list[tuple[str, str]]
    next: Milestone | None


@dataclass(frozen=True, slots=True)
class ProjectList:
    """A page of such rows."""

    rows: Sequence[ProjectRow]
    next: str | None
    previous: str | None


def project_list(
    query: Select[Project], reader: User, cursor: str | None = None, size: int = 20
) -> ProjectList:
    """A page of the projects of a query, the latest first."""
    return listed(page(query.options(*WITH), LATEST, cursor, size), reader)


def listed(found: Page[Project], reader: User) -> ProjectList:
    """A page of projects, whose clients are loaded, as the reader sees them."""
    stages = Stage.in_order() if found.rows else []
    dates = Milestone.next_of([project.id for project in found.rows])
    rows = [
        ProjectRow(each, health_of(each, reader), each.steps(stages), _seen(each, reader, dates))
        for each in found.rows
    ]
    return ProjectList(rows, found.next, found.previous)


def _seen(project: Project, reader: User, dates: dict[int, Milestone]) -> Milestone | None:
    return dates.get(project.id) if sees_section(reader, project, UPDATES.name) else None
