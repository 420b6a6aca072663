"""The tour for a client's first visit: four steps, each on top of the very page that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.models import User
from app.blueprints.projects.models import Project
from app.core.features import Tab

WORDS = {
    "home": (
        _l("Welcome. This is your start page."),
        _l("What waits for you stands on top. Below are your projects, and what has happened."),
    ),
    "projects": (
        _l("This is your project."),
        _l("Here you see where it stands, how it goes and which date comes next."),
    ),
    "files": (
        _l("These are your files."),
        _l("Every file keeps its versions. You can look at all of them and download them."),
    ),
    "approvals": (
        _l("This is where you decide."),
        _l("When we need your decision, it is here. Your contact stands at the foot of each page."),
    ),
    "help": (
        _l("This is where you find help."),
        _l("Here is what you can do, and whom you can ask. You can start this tour again."),
    ),
}
GO_ON = {
    "projects": _l("Next: your project"),
    "files": _l("Next: your files"),
    "approvals": _l("Next: your decisions"),
    "help": _l("Next: help"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it says, and where the next one is."""

    number: int
    all: int
    title: Any
    text: Any
    go_on: Any = ""
    next_url: str | None = None


def step_of(
    page: str, user: User, asked: str | None, project: Project | None, tabs: Sequence[Tab]
) -> Step | None:
    """The step that is shown on a page, if `asked` (the number in its address) is the page's own."""
    if user.is_staff or not asked:
        return None
    stops = _stops(project, tabs)
    names = [name for name, _url in stops]
    number = names.index(page) + 1 if page in names else 0
    if asked != str(number):
        return None
    title, text = WORDS[page]
    if number == len(stops):
        return Step(number, len(stops), title, text)
    name, url = stops[number]
    return Step(number, len(stops), title, text, GO_ON[name], f"{url}?tour={number + 1}")


def _stops(project: Project | None, tabs: Sequence[Tab]) -> list[tuple[str, str]]:
    """The pages that the tour leads over, as far as they are there for this person."""
    stops = [("home", url_for("projects.home"))]
    if project:
        stops.append(("projects", url_for("projects.show", public_id=project.public_id)))
    stops += [(tab.name, tab.url) for tab in tabs if tab.name in ("files", "approvals")]
    if stops[-1][0] != "approvals":
        stops.append(("help", url_for("projects.show_help")))
    return stops
