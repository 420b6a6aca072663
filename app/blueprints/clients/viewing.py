"""HTTP of looking at the portal as a person of a client does."""

from __future__ import annotations

from flask import Response, request
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.viewing import look_as
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.clients.blueprint import bp
from app.blueprints.clients.models import Client, Membership
from app.core.addresses import local_path
from app.core.events import record
from app.core.fragments import go
from app.extensions import db


@bp.post("/memberships/<public_id>/viewings")
@login_required
def create_viewing(public_id: str) -> Response:
    membership: Membership = find_or_404(Membership.visible_to(current_user), public_id)
    require(current_user, "view_as", membership)
    client = db.session.get_one(Client, membership.client_id)
    viewing = look_as(membership.user)
    record(
        "viewing.began",
        membership.user,
        by=viewing.by,
        where=device_of(request),
        client=client,
        internal=True,
        name=membership.user.name,
        viewing=viewing.public_id,
    )
    db.session.commit()
    return go(local_path(request.form.get("next", "")) or "/")
