"""Following up on what was asked: reminding by hand, and choosing how often it happens by itself."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.links import page_before
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.pages import approval_page, find
from app.blueprints.approvals.reminders import FollowUp
from app.blueprints.approvals.reminding import remind_now
from app.blueprints.approvals.rhythm_forms import FollowUpForm, UsualRhythmForm
from app.blueprints.clients.access import require
from app.core.agency import Agency
from app.core.events import record
from app.core.fragments import go, respond
from app.core.rhythm import UsualRhythm
from app.extensions import db


@bp.post("/approvals/<public_id>/reminders")
@login_required
def create_reminder(public_id: str) -> Response:
    approval = _to_follow(public_id)
    people = remind_now(approval, current_user, device_of(request))
    names = ", ".join(user.name for user in people)
    db.session.commit()
    then = page_before() or url_for("approvals.show", public_id=public_id)
    return _answer(public_id, then, _("A reminder goes to %(names)s.", names=names))


@bp.post("/approvals/<public_id>/rhythm")
@login_required
def update_rhythm(public_id: str) -> Response:
    approval = _to_follow(public_id)
    form = FollowUpForm()
    if not form.validate_on_submit():
        page = approval_page(approval)
        page["waits"]["form"] = form
        return respond("approvals/show.html", "waits", status=422, **page)
    FollowUp.of(approval).rhythm_name = form.rhythm.data
    db.session.commit()
    then = url_for("approvals.show", public_id=public_id, _anchor="waits")
    return _answer(public_id, then, _("Saved."))


@bp.get("/settings/reminders")
@login_required
def show_usual_rhythm() -> Response:
    require(current_user, "run_portal")
    return _settings(UsualRhythmForm.showing(UsualRhythm.current()))


@bp.post("/settings/reminders")
@login_required
def update_usual_rhythm() -> Response:
    require(current_user, "run_portal")
    form = UsualRhythmForm()
    if not form.validate_on_submit():
        return _settings(form, status=422)
    UsualRhythm.set(form.chosen)
    where, agency = device_of(request), Agency.current()
    record("agency.changed", agency, by=current_user, where=where, internal=True, changed=["reminders"])  # fmt: skip
    db.session.commit()
    return go(
        url_for("approvals.show_usual_rhythm"), _("Saved. It holds from tomorrow morning on.")
    )


def _to_follow(public_id: str) -> Approval:
    approval = find(public_id)
    require(current_user, "ask", approval)
    return approval


def _answer(public_id: str, then: str, said: Any) -> Response:
    return respond(
        "approvals/show.html", "waits", then=then, said=said, **approval_page(find(public_id))
    )


def _settings(form: UsualRhythmForm, status: int = 200) -> Response:
    return respond("approvals/rhythm.html", "rhythm", status=status, form=form)
