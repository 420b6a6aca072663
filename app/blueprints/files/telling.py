"""Who gets a mail of what comes to the files of a project: said before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project
from app.core.models import every
from app.core.wanting import names_of_told


def hearers(project: Project, by: User) -> Sequence[User]:
    """The other side: the client's people who see the files, or the team."""
    return every(project.people_who_see("files") if by.is_staff else project.team())


def told_by_mail(project: Project, by: User) -> list[str]:
    """Their names, as far as they want mails of files."""
    return names_of_told(hearers(project, by), "files", project.id, by)
