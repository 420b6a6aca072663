"""The home pages, the help and the tour."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user, login_required

from app.blueprints.projects import tour
from app.blueprints.projects.agency_home import agency_home
from app.blueprints.projects.blueprint import bp
from app.blueprints.projects.client_home import client_home, first_project
from app.blueprints.projects.helping import help_for
from app.blueprints.projects.pages import tabs_of
from app.core import clock
from app.core.fragments import go
from app.extensions import db


@bp.app_context_processor
def _way_to_help() -> dict[str, str]:
    """The link in the foot of every page behind the sign-in."""
    signed_in = request and current_user.is_authenticated
    return {"help_url": url_for("projects.show_help")} if signed_in else {}


@bp.get("/")
@login_required
def home() -> Any:
    if current_user.is_staff:
        return render_template("projects/agency_home.html", **agency_home(current_user))
    return render_template("projects/home.html", **client_home(current_user))


@bp.get("/help")
@login_required
def show_help() -> Any:
    project = first_project(current_user)
    tabs = tabs_of(project) if project else []
    return render_template(
        "projects/help.html",
        **help_for(current_user),
        tour=tour.step_of("help", current_user, request.args.get("tour"), project, tabs),
        tour_url=url_for("projects.home", tour=1),
    )


@bp.post("/tour/end")
@login_required
def end_tour() -> Any:
    """Put the tour away, or an owner's set-up list."""
    current_user.toured_at = clock.now()
    db.session.commit()
    return go(url_for("projects.home"))
