"""What a person chooses: how often, when not, and which projects."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.notifications.blueprint import bp
from app.blueprints.notifications.choices import choose, keep_quiet, mute
from app.blueprints.notifications.forms import ProjectsForm, QuietForm, often_form
from app.blueprints.notifications.wishes import QuietHours, Wishes
from app.blueprints.projects.models import Project
from app.core.fragments import respond
from app.core.paging import Page, page
from app.extensions import db

PROJECTS = 30


@bp.get("/account/notifications")
@login_required
def show_settings() -> Response:
    return respond("notifications/settings.html", "kinds", **_page())


@bp.post("/account/notifications")
@login_required
def update_often() -> Response:
    wishes = Wishes.of(current_user)
    form = often_form(current_user, wishes, sent=True)
    if not form.validate_on_submit():
        return respond("notifications/settings.html", "kinds", status=422, **_page(often=form))
    for kind, often in form.data.items():
        if kind != "csrf_token" and often != wishes.how_often(kind, current_user):
            choose(current_user, kind, often)
    return _saved("kinds")


@bp.post("/account/notifications/quiet-hours")
@login_required
def update_quiet_hours() -> Response:
    form = QuietForm()
    if not form.validate_on_submit():
        return respond("notifications/settings.html", "quiet", status=422, **_page(quiet_form=form))
    current_user.time_zone = form.time_zone.data
    keep_quiet(current_user, **form.hours())
    return _saved("quiet")


@bp.post("/account/notifications/projects")
@login_required
def update_projects() -> Response:
    projects = _projects()
    form = _projects_form(projects)
    if not form.validate_on_submit():
        return respond("notifications/settings.html", "projects", status=422, **_page(loud=form))
    loud = set(form.projects.data or ())
    muted = [each.id for each in projects.rows if each.public_id not in loud]
    mute(current_user, [each.id for each in projects.rows], muted)
    return _saved("projects")


def _saved(block: str) -> Response:
    db.session.commit()
    address = url_for("notifications.show_settings", at=request.args.get("at"))
    return respond("notifications/settings.html", block, then=address, said=_("Saved."), **_page())


def _page(often: Any = None, quiet_form: Any = None, loud: Any = None) -> dict[str, Any]:
    wishes, projects = Wishes.of(current_user), _projects()
    row = db.session.get(QuietHours, current_user.id)
    return {
        "often": often or often_form(current_user, wishes, sent=False),
        "quiet_form": quiet_form or QuietForm.of(current_user, row),
        "projects": projects,
        "at": request.args.get("at"),
        "loud": loud or _projects_form(projects, wishes),
    }


def _projects() -> Page[Project]:
    """A page of the person's projects, the newest first."""
    seen = Project.visible_to(current_user)
    return page(seen, (Project.id.desc(),), request.args.get("at"), PROJECTS)


def _projects_form(projects: Page[Project], wishes: Wishes | None = None) -> ProjectsForm:
    loud = [each.public_id for each in projects.rows if wishes and each.id not in wishes.muted]
    form = ProjectsForm(formdata=None, projects=loud) if wishes else ProjectsForm()
    form.projects.choices = [(each.public_id, each.name) for each in projects.rows]
    return form
