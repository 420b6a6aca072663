"""The agency's stages, in its settings."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.projects.blueprint import bp
from app.blueprints.projects.forms import PlaceForm, RetentionForm, StageForm
from app.blueprints.projects.stages import Stage
from app.core.agency import Agency
from app.core.events import record
from app.core.fragments import go
from app.extensions import db


@bp.get("/settings/stages")
@login_required
def list_stages() -> Any:
    require(current_user, "run_portal")
    return _list()


@bp.post("/settings/stages")
@login_required
def create_stage() -> Any:
    require(current_user, "run_portal")
    form = StageForm()
    if not form.validate_on_submit():
        return _list(form=form), 422
    return _changed(Stage.append(form.name.data, form.colour.data), _("Added."))


@bp.post("/settings/stages/<public_id>")
@login_required
def update_stage(public_id: str) -> Any:
    require(current_user, "run_portal")
    stage = find_or_404(Stage.every_stage(), public_id)
    if "position" in request.form:
        place = PlaceForm()
        if not place.validate_on_submit():
            abort(400)
        stage.move_to(place.position.data or 0)
    else:
        form = StageForm(prefix=public_id)
        if not form.validate_on_submit():
            return _list(edited={public_id: form}), 422
        stage.name, stage.colour = form.name.data, form.colour.data
    return _changed(stage, _("Saved."))


@bp.post("/settings/stages/<public_id>/removal")
@login_required
def remove_stage(public_id: str) -> Any:
    require(current_user, "run_portal")
    stage = find_or_404(Stage.every_stage(), public_id)
    stage.remove()
    return _changed(stage, _("Removed."))


@bp.post("/settings/retention")
@login_required
def update_retention() -> Any:
    require(current_user, "run_portal")
    form, agency = RetentionForm(), Agency.current()
    if agency is None or not form.validate_on_submit():
        return _list(retention=form), 422
    agency.archive_after = int(form.after.data) if form.after.data else None
    where, changed = device_of(request), ["archive_after"]
    record("agency.changed", agency, by=current_user, where=where, internal=True, changed=changed)
    db.session.commit()
    return go(url_for("projects.list_stages"), _("Saved."))


def _changed(stage: Stage, said: str) -> Any:
    record("stages.changed", stage, by=current_user, where=device_of(request), name=stage.name)
    db.session.commit()
    return go(url_for("projects.list_stages"), said)


def _list(
    form: StageForm | None = None,
    edited: dict[str, StageForm] | None = None,
    retention: RetentionForm | None = None,
) -> str:
    stages = [
        (stage, (edited or {}).get(stage.public_id) or _form_of(stage))
        for stage in Stage.in_order()
    ]
    new = form or StageForm(formdata=None)
    agency = Agency.current()
    after = str(agency.archive_after or "") if agency else ""
    rule = retention or RetentionForm(formdata=None, after=after)
    return render_template("projects/stages.html", stages=stages, form=new, rule=rule)


def _form_of(stage: Stage) -> StageForm:
    return StageForm(formdata=None, obj=stage, prefix=stage.public_id)
