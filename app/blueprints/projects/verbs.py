"""How what happens in this slice reads, and where it leads."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.clients.sections import UPDATES
from app.blueprints.projects.hearers import everybody, team_of
from app.blueprints.projects.letters import update_letter
from app.core.events import Event
from app.core.features import News, Verb


def _project(event: Event, anchor: str | None = None) -> str | None:
    place = event.facts.get("in_project")
    return url_for("projects.show", public_id=place, _anchor=anchor) if place else None


def _update(event: Event) -> str | None:
    return _project(event, f"update-{event.facts['update']}" if "update" in event.facts else None)


def _dates(event: Event) -> str | None:
    return _project(event, "dates")


def _name_of_project(event: Event) -> str:
    return str(event.facts.get("project_name", ""))


OF_UPDATES = (
    "update.posted",
    "milestone.planned",
    "milestone.reached",
    "milestone.reopened",
    "milestone.removed",
)
"""What a client is not told of a project that hides its updates and dates."""

VERBS = {
    "project.started": Verb(
        _l("%(who)s started the project %(what)s."),
        _l("You started the project %(what)s."),
        _name_of_project,
        _project,
    ),
    "project.changed": Verb(
        _l("%(who)s changed the details of %(what)s."),
        _l("You changed the details of %(what)s."),
        _name_of_project,
        _project,
        shown=False,
    ),
    "project.finished": Verb(
        _l("%(who)s finished the project %(what)s."),
        _l("You finished the project %(what)s."),
        _name_of_project,
        _project,
    ),
    "project.archiving": Verb(
        _l("%(what)s goes to the archive soon."),
        _l("%(what)s goes to the archive soon."),
        _name_of_project,
        _project,
        news=News("reminder", team_of),
    ),
    "project.archived": Verb(
        _l("%(what)s has gone to the archive."),
        _l("%(what)s has gone to the archive."),
        _name_of_project,
        _project,
    ),
    "project.kept": Verb(
        _l("%(who)s keeps %(what)s in the lists."),
        _l("You keep %(what)s in the lists."),
        _name_of_project,
        _project,
    ),
    "project.reopened": Verb(
        _l("%(who)s opened the project %(what)s again."),
        _l("You opened the project %(what)s again."),
        _name_of_project,
        _project,
    ),
    "status.reported": Verb(
        _l("%(who)s said how %(what)s is going."),
        _l("You said how %(what)s is going."),
        _name_of_project,
        _project,
    ),
    "update.posted": Verb(
        _l("%(who)s wrote an update: %(what)s."),
        _l("You wrote an update: %(what)s."),
        url=_update,
        news=News("update", lambda event: everybody(event, UPDATES.name), letter=update_letter),
    ),
    "note.written": Verb(
        _l("%(who)s wrote an internal note on %(what)s."),
        _l("You wrote an internal note on %(what)s."),
        _name_of_project,
        _project,
    ),
    "milestone.planned": Verb(
        _l("%(who)s planned a date: %(what)s."), _l("You planned a date: %(what)s."), url=_dates
    ),
    "milestone.reached": Verb(
        _l("%(who)s ticked off a date: %(what)s."),
        _l("You ticked off a date: %(what)s."),
        url=_dates,
    ),
    "milestone.reopened": Verb(
        _l("%(who)s opened a date again: %(what)s."),
        _l("You opened a date again: %(what)s."),
        url=_dates,
    ),
    "milestone.removed": Verb(
        _l("%(who)s removed a date: %(what)s."), _l("You removed a date: %(what)s."), url=_dates
    ),
    "sections.changed": Verb(
        _l("%(who)s changed what the client sees of %(what)s."),
        _l("You changed what the client sees of %(what)s."),
        _name_of_project,
        _project,
    ),
    "team.changed": Verb(
        _l("%(who)s changed who works on %(what)s."),
        _l("You changed who works on %(what)s."),
        _name_of_project,
        _project,
    ),
    "stages.changed": Verb(
        _l("%(who)s changed the list of stages."),
        _l("You changed the list of stages."),
        shown=False,
    ),
    "calendar.renewed": Verb(
        _l("%(who)s made a new calendar address."),
        _l("You made a new calendar address."),
        shown=False,
    ),
}
