"""What the search finds of projects: themselves, and what is told about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project
from app.blueprints.projects.updates import Update
from app.core.formats import moment
from app.core.markdown import plain
from app.core.searched import Said, Searched
from app.extensions import db

LONGEST = 20_000


def place_of(project: Project, user: User) -> list[Any]:
    """Where something was found: the project and, for the agency, whose it is."""
    return [project.name, project.client.name if user.is_staff else ""]


def _projects(user: User) -> Select[Project]:
    return Project.visible_to(user).options(joinedload(Project.client))


def _project_words(numbers: Sequence[int]) -> Iterator[Said]:
    query = select(Project.id, Project.name, Project.about).where(Project.id.in_(numbers))
    for number, name, about in db.session.execute(query):
        yield Said(number, name, about)


def _project_meta(project: Project, user: User) -> list[Any]:
    return [
        project.client.name if user.is_staff else "",
        _("Finished") if project.is_finished else "",
    ]


def _updates(user: User) -> Select[Update]:
    return Update.visible_to(user).options(joinedload(Update.project).joinedload(Project.client))


def _update_words(numbers: Sequence[int]) -> Iterator[Said]:
    query = select(Update.id, Update.title, Update.body).where(Update.id.in_(numbers))
    for number, title, body in db.session.execute(query):
        yield Said(number, title, plain(body, LONGEST))


def _update_meta(update: Update, user: User) -> list[Any]:
    return [*place_of(update.project, user), moment(update.created_at)]


PROJECTS = Searched(
    kind="project",
    label=_l("Projects"),
    icon="folder",
    scope=_projects,
    words=_project_words,
    made_of={Project: "id"},
    url=lambda project: url_for("projects.show", public_id=project.public_id),
    meta=_project_meta,
)

UPDATES = Searched(
    kind="update",
    label=_l("Updates"),
    icon="message",
    scope=_updates,
    words=_update_words,
    made_of={Update: "id"},
    url=lambda update: url_for("projects.list_updates", public_id=update.project.public_id),
    meta=_update_meta,
)
