"""Where a section of a project exists for a person."""

from __future__ import annotations

from sqlalchemy import Select

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project


def projects_showing(user: User, section: str) -> Select[int]:
    """The numbers of the projects of which a person sees a section. The agency's people see all."""
    numbers = Project.visible_to(user).with_only_columns(Project.id)
    if user.is_staff:
        return numbers
    return numbers.join(Project.client).where(Project.showing(section))
