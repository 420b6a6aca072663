"""Finished projects go to the archive after some months, if the owner wants that; the agency hears of it before."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.blueprints.projects.models import Project
from app.core import clock
from app.core.agency import Agency
from app.core.chores import again
from app.core.events import record
from app.core.models import every

NOTICE = timedelta(days=14)
"""How long before the agency hears of it."""
AT_ONCE = 200
WITH = joinedload(Project.client)


@again("archive", timedelta(days=1))
def archive_old_projects() -> None:
    """Announce what goes to the archive soon, and archive what was announced."""
    agency = Agency.current()
    if agency is None or agency.archive_after is None:
        return
    now, months = clock.now(), agency.archive_after
    soon, due = months_before(now + NOTICE, months), months_before(now, months)
    for project in _some(Project.archival_told_at.is_(None), _since() <= soon):
        project.archival_told_at = now
        _note("project.archiving", project)
    for project in _some(Project.archival_told_at <= now - NOTICE, _since() <= due):
        project.archived_at = now
        _note("project.archived", project)


def archived_on(project: Project) -> datetime | None:
    """When a finished project goes to the archive, once that was announced."""
    agency = Agency.current()
    told, finished = project.archival_told_at, project.kept_at or project.finished_at
    if not (agency and agency.archive_after and told and finished) or project.archived_at:
        return None
    return max(told + NOTICE, months_before(finished, -agency.archive_after))


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time so many months earlier, or the last day of a month that is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _some(*conditions: ColumnElement[bool]) -> list[Project]:
    over = select(Project).where(Project.finished_at.is_not(None), Project.archived_at.is_(None))
    query = over.where(*conditions).order_by(Project.id).limit(AT_ONCE)
    return list(every(query.options(WITH).with_for_update(of=Project)))


def _since() -> Any:
    return func.coalesce(Project.kept_at, Project.finished_at)


def _note(verb: str, project: Project) -> None:
    record(
        verb,
        project,
        by=None,
        project=project,
        client=project.client,
        internal=True,
        name=project.name,
        in_project=project.public_id,
        project_name=project.name,
    )
