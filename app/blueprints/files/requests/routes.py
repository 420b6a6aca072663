"""Asking for files."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.links import page_before
from app.blueprints.clients.access import require
from app.blueprints.files.blueprint import bp
from app.blueprints.files.pages import arrived
from app.blueprints.files.requests import letters, log
from app.blueprints.files.requests.forms import AT_FIRST, RequestForm, day_of
from app.blueprints.files.requests.items import Overtaken, RequestedItem
from app.blueprints.files.requests.models import FINISHED, MOST_ITEMS, FileRequest
from app.blueprints.files.requests.pages import (
    audience_of,
    find_request,
    request_page,
    requests_page,
)
from app.blueprints.files.requests.reminding import remind_now
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page
from app.core.errors import NotAllowed
from app.core.forms import Form
from app.core.fragments import go, respond
from app.extensions import db


@bp.get("/projects/<public_id>/requests")
@login_required
def list_requests(public_id: str) -> Response:
    project = find_project(public_id, "files")
    return respond("files/requests/index.html", "requests", **requests_page(project))


@bp.get("/projects/<public_id>/requests/new")
@login_required
def new_request(public_id: str) -> Response:
    project = _project_to_ask_in(public_id)
    return _form_page(project, RequestForm(formdata=None, needs=[{}] * AT_FIRST))


@bp.post("/projects/<public_id>/requests")
@login_required
def create_request(public_id: str) -> Response:
    project = _project_to_ask_in(public_id)
    form = RequestForm()
    if "more" in request.form:
        return _form_page(project, _with_one_more(form))
    if not form.validate_on_submit():
        return _form_page(project, form, status=422)
    asked = FileRequest.ask(
        project,
        current_user,
        form.title.data,
        form.wanted,
        message=form.message.data,
        due_at=form.due_at,
    )
    log.note("request.asked", asked)
    told = letters.ask(asked, current_user) if form.by_mail.data else []
    said = _("Asked. A mail goes to %(names)s.", names=", ".join(told)) if told else _("Asked.")
    address = url_for("files.show_request", public_id=asked.public_id)
    db.session.commit()
    return go(address, said)


@bp.get("/requests/<public_id>")
@login_required
def show_request(public_id: str) -> Response:
    asked = find_request(public_id)
    if said := arrived(request.args.getlist("arrived")):
        return go(url_for("files.show_request", public_id=public_id), said)
    return respond("files/requests/show.html", "request", **request_page(asked))


@bp.get("/requests/<public_id>/edit")
@login_required
def edit_request(public_id: str) -> Response:
    asked = _request_to_change(public_id)
    return _form_page(asked.project, _form_of(asked, formdata=None), asked)


@bp.post("/requests/<public_id>/edit")
@login_required
def update_request(public_id: str) -> Response:
    asked = _request_to_change(public_id)
    form = _form_of(asked)
    if "more" in request.form:
        return _form_page(asked.project, _with_one_more(form), asked)
    if not form.validate_on_submit():
        return _form_page(asked.project, form, asked, status=422)
    more = asked.change(form.title.data, form.wanted, message=form.message.data, due_at=form.due_at)
    log.note("request.changed", asked, needed=more)
    if more and form.by_mail.data:
        letters.ask(asked, current_user)
    db.session.commit()
    return go(url_for("files.show_request", public_id=public_id), _("Saved."))


@bp.post("/requests/<public_id>/closure")
@login_required
def close_request(public_id: str) -> Response:
    asked = _request_to_change(public_id)
    asked.close()
    log.note("request.closed", asked)
    return shown(asked, _("The request is closed."))


@bp.post("/requests/<public_id>/reopening")
@login_required
def reopen_request(public_id: str) -> Response:
    asked = _request_to_change(public_id)
    asked.reopen()
    log.note("request.reopened", asked)
    return shown(asked, _("The request is open again."))


@bp.post("/requests/<public_id>/reminders")
@login_required
def create_request_reminder(public_id: str) -> Response:
    asked = _request_to_change(public_id)
    people = remind_now(asked, current_user, device_of(request))
    names = ", ".join(user.name for user in people)
    return shown(asked, _("A reminder goes to %(names)s.", names=names), then=page_before())


@bp.errorhandler(Overtaken)
def show_request_as_it_is_now(error: Overtaken) -> Response:
    """The person acted on what is no longer so: show how it is now, and say it (409)."""
    db.session.rollback()
    page = request_page(find_request(error.public_id), overtaken=True)
    return respond("files/requests/show.html", "request", status=409, **page)


def shown(asked: FileRequest, said: str, then: str = "") -> Response:
    """Keep what was done, and show the request as it is then; or go where its reader was (`then`)."""
    public_id = asked.public_id
    db.session.commit()
    page = request_page(find_request(public_id))
    address = then or url_for("files.show_request", public_id=public_id)
    return respond("files/requests/show.html", "request", then=address, said=said, **page)


def not_yet(item: RequestedItem, wrong: Form | str) -> Response:
    """The page again, with what is wrong at this item."""
    page = request_page(find_request(item.request.public_id), {item.public_id: wrong})
    return respond("files/requests/show.html", "request", status=422, **page)


def _project_to_ask_in(public_id: str) -> Project:
    project = find_project(public_id, "files")
    require(current_user, "ask", project)
    if project.is_finished:
        raise NotAllowed(FINISHED)
    return project


def _request_to_change(public_id: str) -> FileRequest:
    asked = find_request(public_id)
    require(current_user, "ask", asked)
    if asked.project.is_finished:
        raise NotAllowed(FINISHED)
    return asked


def _form_of(asked: FileRequest, **more: None) -> RequestForm:
    """The form with what was asked so far; what comes with the request stands above it."""
    needs = [
        {"title": item.title, "hint": item.hint, "item": item.public_id} for item in asked.items
    ]
    said = {"title": asked.title, "message": asked.message, "due_on": day_of(asked.due_at)}
    form = RequestForm(data={**said, "needs": needs}, **more)
    return form if request.method == "POST" else _with_one_more(form)


def _with_one_more(form: RequestForm) -> RequestForm:
    if len(form.needs) < MOST_ITEMS:
        form.needs.append_entry({})
    return form


def _form_page(
    project: Project, form: RequestForm, asked: FileRequest | None = None, status: int = 200
) -> Response:
    page = project_page(project, "files") | {"form": form, "asked": asked}
    page |= {"audience": audience_of(project), "has_room": len(form.needs) < MOST_ITEMS}
    page["added"] = "more" in request.form
    return respond("files/requests/form.html", "ask", status=status, **page)
