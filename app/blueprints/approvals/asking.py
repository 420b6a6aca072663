"""Asking for approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.models import User
from app.blueprints.approvals import agency_letters, log
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.deciders import can_be_asked
from app.blueprints.approvals.forms import AskForm
from app.blueprints.approvals.matters import Matter
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reminders import FollowUp
from app.blueprints.approvals.reviewing import present
from app.blueprints.clients.access import require
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page
from app.core.errors import NotAllowed
from app.core.formats import listed
from app.core.fragments import go, respond
from app.core.models import every
from app.extensions import db

MOST = 100


@bp.get("/projects/<public_id>/approvals/new")
@login_required
def new(public_id: str) -> Response:
    project = _project_to_ask_in(public_id)
    form = _ask_form(project, _blank_form(project, request.args.get("version", "")))
    return _ask_page(project, form)


@bp.post("/projects/<public_id>/approvals")
@login_required
def create(public_id: str) -> Response:
    project = _project_to_ask_in(public_id)
    form = _ask_form(project, AskForm())
    if not form.validate_on_submit():
        return _ask_page(project, form, status=422)
    package, approvals = _ask(project, form)
    for approval in approvals:
        FollowUp.of(approval).rhythm_name = form.rhythm.data
    first = approvals[0]
    said = _ask_first(approvals) if first.is_internal else _ask_client(first)
    address = _address_of(package or first)
    db.session.commit()
    return go(address, said)


@bp.get("/projects/<public_id>/approvals/recipients")
@login_required
def recipients(public_id: str) -> Response:
    """Who gets a mail if the form were sent as it is: a part of its page."""
    project = _project_to_ask_in(public_id)
    form = _ask_form(project, AskForm(request.args, meta={"csrf": False}))
    told = [each.name for each in form.told(can_be_asked(project))]
    first = [each.name for each in _chosen_reviewers(project, form.reviewers.data or [])]
    page = project_page(project, "approvals") | {"form": form, "told": told, "first": first}
    return respond("approvals/new.html", "goes_to", **page)


def _ask(project: Project, form: AskForm) -> tuple[Package | None, Sequence[Approval]]:
    people = can_be_asked(project)
    versions, deciders = _chosen_versions(form.versions.data or []), form.chosen(people)
    terms: dict[str, Any] = {
        "title": form.title.data,
        "reviewers": _chosen_reviewers(project, form.reviewers.data or []),
        "quiet": form.quiet(people),
        "message": form.message.data,
        "due_at": form.due_at,
        "mode": form.mode.data,
        "rounds_agreed": form.rounds_agreed.data,
    }
    if form.apart.data == "each" and len(versions) > 1:
        package = Package.ask(project, versions, deciders, current_user, **terms)
        return package, every(package.every_approval())
    return None, [Approval.ask(project, versions, deciders, current_user, **terms)]


def _ask_first(approvals: Sequence[Approval]) -> str:
    for approval in approvals:
        log.note("approval.review_asked", approval, current_user, device_of(request))
    matter = Matter.whole(approvals[0])
    told = agency_letters.ask_reviewers(approvals[0], current_user, matter)
    return str(_("Asked. First, %(names)s look at it.", names=listed(told)))


def _ask_client(approval: Approval) -> str:
    told = present(approval)
    said = _("Asked. A mail goes to %(names)s.", names=listed(told)) if told else _("Asked.")
    return str(said)


def _address_of(thing: Approval | Package) -> str:
    page = "approvals.show" if isinstance(thing, Approval) else "approvals.show_package"
    return url_for(page, public_id=thing.public_id)


def _project_to_ask_in(public_id: str) -> Project:
    project = find_project(public_id, "approvals")
    require(current_user, "ask", project)
    if project.is_finished:
        raise NotAllowed(_("This project is finished. What is in it can be read, but not changed."))
    return project


def _blank_form(project: Project, first: str) -> AskForm:
    everybody = [each.public_id for each in can_be_asked(project)]
    agreed = Approval.rounds_agreed_last(project)
    ticked = {"versions": [first], "deciders": everybody}
    return AskForm(formdata=None, rounds_agreed=agreed, **ticked)


def _ask_form(project: Project, form: AskForm) -> AskForm:
    form.versions.choices = _choices(project)
    form.reviewers.choices = [(each.public_id, each.name) for each in _who_can_review(project)]
    form.offer(can_be_asked(project))
    return form


def _ask_page(project: Project, form: AskForm, status: int = 200) -> Response:
    page = project_page(project, "approvals")
    return respond("approvals/new.html", "ask", status=status, form=form, **page)


def _choices(project: Project) -> list[tuple[str, str]]:
    """What can be asked for: the newest versions of the project's files."""
    files = File.listed_for(current_user, project).options(joinedload(File.latest))
    newest = every(files.order_by(File.changed_at.desc(), File.id.desc()).limit(MOST))
    return [(file.latest.public_id, _called(file)) for file in newest]


def _called(file: File) -> str:
    return str(_("%(name)s, version %(number)s", name=file.name, number=file.number))


def _chosen_versions(public_ids: Sequence[str]) -> Sequence[Version]:
    query = Version.visible_to(current_user).where(Version.public_id.in_(public_ids))
    return every(query.options(joinedload(Version.file)).order_by(Version.id))


def _who_can_review(project: Project) -> Sequence[User]:
    """The colleagues who see the project."""
    return every(project.staff_who_see().where(User.id != current_user.id))


def _chosen_reviewers(project: Project, public_ids: Sequence[str]) -> Sequence[User]:
    return [each for each in _who_can_review(project) if each.public_id in public_ids]
