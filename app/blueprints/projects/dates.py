"""Milestones of a project, and the calendar feed that carries them into people's own calendars."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.viewing import personal
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.projects.blueprint import bp
from app.blueprints.projects.feeds import CalendarFeed
from app.blueprints.projects.forms import MilestoneForm, ReachForm
from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project
from app.blueprints.projects.overview import overview
from app.blueprints.projects.pages import find_project, record_in
from app.blueprints.projects.table import today
from app.core.addresses import full_url
from app.core.events import record
from app.core.fragments import go, respond
from app.extensions import db


@bp.post("/projects/<public_id>/milestones")
@login_required
def create_milestone(public_id: str) -> Any:
    project = find_project(public_id)
    require(current_user, "plan", project)
    form = MilestoneForm()
    if not form.validate_on_submit() or form.on.data is None:
        page = overview(project, milestone_form=form)
        return respond("projects/show.html", "dates", status=422, **page)
    milestone = Milestone.plan(project, form.title.data, form.on.data)
    _record(project, "milestone.planned", milestone)
    return _dates(public_id, _("The date is planned."))


@bp.post("/milestones/<public_id>")
@login_required
def update_milestone(public_id: str) -> Any:
    milestone, project = _find(public_id)
    form = ReachForm()
    if not form.validate_on_submit():
        abort(400)
    if form.reached.data == "yes" and milestone.reach(today()):
        _record(project, "milestone.reached", milestone)
    if form.reached.data == "no" and milestone.take_back():
        _record(project, "milestone.reopened", milestone)
    return _dates(project.public_id)


@bp.post("/milestones/<public_id>/removal")
@login_required
def delete_milestone(public_id: str) -> Any:
    milestone, project = _find(public_id)
    _record(project, "milestone.removed", milestone)
    db.session.delete(milestone)
    return _dates(project.public_id, _("The date is removed."))


@bp.get("/account/calendar")
@login_required
@personal
def show_calendar() -> Any:
    feed = CalendarFeed.of_user(current_user)
    address = full_url("projects.calendar_feed", token=feed.token) if feed else ""
    return render_template("projects/calendar.html", address=address)


@bp.post("/account/calendar")
@login_required
def create_calendar() -> Any:
    feed = CalendarFeed.make(current_user)
    record("calendar.renewed", feed, by=current_user, where=device_of(request))
    db.session.commit()
    return go(url_for("projects.show_calendar"), _("Here is your new address."))


@bp.get("/calendar/<token>.ics")
def calendar_feed(token: str) -> Any:
    feed = CalendarFeed.with_token(token)
    if feed is None:
        abort(404)
    response = Response(feed.as_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="foyer.ics"'
    return response


def _find(public_id: str) -> tuple[Milestone, Project]:
    scope = Milestone.visible_to(current_user).options(joinedload(Milestone.project))
    milestone = find_or_404(scope, public_id)
    require(current_user, "plan", milestone.project)
    return milestone, find_project(milestone.project.public_id)


def _record(project: Project, verb: str, milestone: Milestone) -> None:
    record_in(project, verb, milestone, name=milestone.title, on=milestone.on.isoformat())


def _dates(public_id: str, said: str = "") -> Any:
    db.session.commit()
    page = overview(find_project(public_id))
    then = url_for("projects.show", public_id=public_id, _anchor="dates")
    return respond("projects/show.html", "dates", then=then, said=said, **page)
