"""Projects: where they stand, what is told about them, their dates; and the home pages."""

from __future__ import annotations

from collections.abc import Iterator

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.accounts import set_up
from app.blueprints.accounts.models import User
from app.blueprints.projects import arrangement, dates, home, posts, routes, stage_list
from app.blueprints.projects.blueprint import bp
from app.blueprints.projects.feeds import dates_of
from app.blueprints.projects.helping import tips
from app.blueprints.projects.models import Project
from app.blueprints.projects.searched import PROJECTS, UPDATES
from app.blueprints.projects.stages import add_first_stages
from app.blueprints.projects.verbs import VERBS
from app.core.features import Feature, Link, Tab

__all__ = ["FEATURE", "arrangement", "dates", "home", "posts", "routes", "stage_list"]


def _tab(project: Project, _user: User) -> Tab:
    return Tab("projects", _l("Overview"), url_for("projects.show", public_id=project.public_id))


def _nav(_user: User) -> Iterator[Link]:
    at = request.endpoint
    yield Link(_l("Today"), url_for("projects.home"), current=at == "projects.home", order=0)
    yield Link(_l("Projects"), url_for("projects.index"), current=at == "projects.index", order=10)


def _menu(_user: User) -> Iterator[Link]:
    yield Link(_l("Dates in your calendar"), url_for("projects.show_calendar"), "calendar")
    yield Link(_l("Help"), url_for("projects.show_help"), "help")


FEATURE = Feature(
    name="projects",
    label=_l("Projects"),
    blueprint=bp,
    tab=_tab,
    verbs=VERBS,
    nav=_nav,
    menu=_menu,
    dates=dates_of,
    searched=(PROJECTS, UPDATES),
    tips=tips,
)

set_up.AFTER_SET_UP.append(add_first_stages)
