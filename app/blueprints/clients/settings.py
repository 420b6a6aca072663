"""HTTP of the owner's settings: the agency, its mail, its features."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.clients.access import require
from app.blueprints.clients.blueprint import bp
from app.blueprints.clients.changes import change
from app.blueprints.clients.look import look_of
from app.blueprints.clients.settings_forms import AgencyForm, FeatureForm
from app.core import features
from app.core.agency import COLOUR, Agency
from app.core.backup import Backup
from app.core.events import record
from app.core.features import Feature, Link
from app.core.fragments import go, respond
from app.extensions import db

PAGES = (
    ("clients.show_settings", _l("Agency")),
    ("clients.show_mail", _l("Mail")),
    ("clients.list_features", _l("Features")),
    ("clients.list_team", _l("Team")),
    ("projects.list_stages", _l("Stages")),
    ("files.show_storage", _l("Storage")),
    ("files.list_clean_up", _l("Clean-up")),
    ("approvals.show_usual_rhythm", _l("Reminders")),
)
COLUMNS = (
    "name", "language", "time_zone", "city", "phone", "email", "imprint", "imprint_url",
    "privacy_url", "help",
)  # fmt: skip


@bp.app_template_global()
def settings_tabs() -> list[Link]:
    """The pages of the settings, for the tabs on each of them; of features that are off, there are none."""
    return [
        Link(label, url_for(each), current=request.endpoint == each)
        for each, label in PAGES
        if features.is_on(each.partition(".")[0])
    ]


@bp.get("/settings")
@login_required
def show_settings() -> Response:
    require(current_user, "run_portal")
    agency = _agency()
    values = {name: getattr(agency, name) for name in COLUMNS}
    form = AgencyForm.showing(agency.colour, **values)
    return _page(form)


@bp.post("/settings")
@login_required
def update_settings() -> Response:
    require(current_user, "run_portal")
    agency, form = _agency(), AgencyForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    answers = {name: form[name].data for name in COLUMNS}
    if form.chosen is not None:
        answers["colour"] = form.chosen or COLOUR
    changed = change(agency, **answers)
    if changed:
        _record("agency.changed", agency, changed=changed)
    db.session.commit()
    return go(url_for("clients.show_settings"), _("Saved."))


@bp.get("/settings/features")
@login_required
def list_features() -> Response:
    require(current_user, "run_portal")
    return respond("clients/features.html", "features", features=_optional())


@bp.post("/settings/features/<name>")
@login_required
def switch_feature(name: str) -> Response:
    require(current_user, "run_portal")
    if name not in {each.name for each, _on in _optional()}:
        abort(404)
    form = FeatureForm()
    if not form.validate_on_submit():
        return respond("clients/features.html", "features", status=422, features=_optional())
    feature = features.switch(name, form.on.data)
    _record("feature.switched", feature, name=str(feature.label), on=form.on.data)
    db.session.commit()
    label = feature.label
    is_on = features.is_on(name)
    said = _("%(name)s is on.", name=label) if is_on else _("%(name)s is off.", name=label)
    then = url_for("clients.list_features")
    return respond("clients/features.html", "features", then=then, said=said, features=_optional())


def _page(form: AgencyForm, status: int = 200) -> Response:
    agency = _agency()
    look = look_of(agency.colour, agency.name)
    backups = Backup.standing()
    context: dict[str, Any] = {"form": form, "look": look, "backups": backups}
    return respond("clients/settings.html", "settings", status=status, **context)


def _optional() -> list[tuple[Feature, bool]]:
    """The features that the owner can switch, and whether they are on."""
    return [(each, features.is_on(each.name)) for each in features.every_feature() if each.optional]


def _agency() -> Agency:
    agency = Agency.current()
    assert agency is not None, "Nobody is signed in before the portal is set up."
    return agency


def _record(verb: str, subject: Any, **facts: Any) -> None:
    where = device_of(request)
    record(verb, subject, by=current_user, where=where, internal=True, **facts)
