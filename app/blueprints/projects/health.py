"""How a project goes, in a word and a sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project


@dataclass(frozen=True, slots=True)
class Health:
    """A word for it, the same from the agency's side if that differs, and how it is shown."""

    kind: str
    label: Any
    for_agency: Any = ""
    icon: str = ""


HEALTH = {
    "on_course": Health("ok", _l("On course")),
    "waiting": Health("warn", _l("Waits for you"), _l("Waits for the client"), "clock"),
    "at_risk": Health("warn", _l("At risk")),
    "late": Health("bad", _l("Late")),
    "paused": Health("idle", _l("Paused"), icon="pause"),
}
FINISHED = Health("ok", _l("Finished"))


def health_of(project: Project, reader: User) -> Health:
    """How a project goes, as its reader is told."""
    health = FINISHED if project.is_finished else HEALTH[project.health]
    if reader.is_staff and health.for_agency:
        return Health(health.kind, health.for_agency, icon=health.icon)
    return health


def choices() -> list[tuple[str, Any]]:
    """What the agency chooses from."""
    return [(name, health.for_agency or health.label) for name, health in HEALTH.items()]
