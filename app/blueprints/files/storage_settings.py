"""HTTP of the owner's rules for storage: how much clients may store, what is not taken, and who stores how much."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import func, select

from app.blueprints.accounts.devices import device_of
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.clients.changes import change
from app.blueprints.clients.models import Client
from app.blueprints.clients.page import TEMPLATE, page_of
from app.blueprints.files.blueprint import bp
from app.blueprints.files.models import File
from app.blueprints.files.room import rooms_of
from app.blueprints.files.storage_forms import QuotaForm, StorageForm
from app.blueprints.projects.models import Project
from app.core.agency import Agency
from app.core.events import record
from app.core.fragments import go, respond
from app.core.models import one
from app.core.paging import page
from app.extensions import db

SIZE = 30


@bp.get("/settings/storage")
@login_required
def show_storage() -> Response:
    require(current_user, "run_portal")
    agency = _agency()
    kept = {"quota": agency.client_quota, "refused": agency.refused_types}
    return _page(StorageForm(formdata=None, **kept))


@bp.post("/settings/storage")
@login_required
def update_storage() -> Response:
    require(current_user, "run_portal")
    agency, form = _agency(), StorageForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    changed = change(agency, client_quota=form.quota.data, refused_types=form.refused.data)
    if changed:
        _record("agency.changed", agency, changed=changed)
    db.session.commit()
    return go(url_for("files.show_storage"), _("Saved."))


@bp.post("/clients/<public_id>/quota")
@login_required
def update_quota(public_id: str) -> Response:
    client: Client = find_or_404(Client.visible_to(current_user), public_id)
    require(current_user, "run_portal")
    form = QuotaForm()
    if not form.validate_on_submit():
        return respond(TEMPLATE, "parts", status=422, **page_of(client, quota_form=form))
    if changed := change(client, quota=form.quota.data):
        facts: dict[str, Any] = {"name": client.name, "page": public_id, "client": client}
        _record("client.changed", client, changed=changed, **facts)
    db.session.commit()
    return go(url_for("clients.show", public_id=public_id, _anchor="storage"), _("Saved."))


def _page(form: StorageForm, status: int = 200) -> Response:
    """The rules, and a page of the clients, those who store most first."""
    weights = select(Project.client_id, func.sum(File.weight).label("used"))
    weights = weights.join(File, File.project_id == Project.id).group_by(Project.client_id)
    sums = weights.subquery()
    used = func.coalesce(sums.c.used, 0)
    clients = select(Client).outerjoin(sums, sums.c.client_id == Client.id)
    found = page(clients, (used.desc(), Client.id), request.args.get("at"), SIZE)
    total = one(select(func.coalesce(func.sum(File.weight), 0)))
    rooms = rooms_of(found.rows)
    context: dict[str, Any] = {
        "form": form,
        "page": found,
        "rooms": rooms,
        "total": int(total or 0),
    }
    return respond("files/storage.html", "storage", status=status, **context)


def _agency() -> Agency:
    agency = Agency.current()
    assert agency is not None, "Nobody is signed in before the portal is set up."
    return agency


def _record(verb: str, subject: Any, **facts: Any) -> None:
    where = device_of(request)
    record(verb, subject, by=current_user, where=where, internal=True, **facts)
