"""HTTP of reaching people: writing to an address again, and giving somebody another one."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.links import can_be_opened, page_before
from app.blueprints.accounts.models import normal_email
from app.blueprints.clients import frame, reach
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.clients.blueprint import bp
from app.blueprints.clients.forms import AddressForm
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client, Membership
from app.core.errors import NotAllowed
from app.core.events import record
from app.core.fragments import go, respond
from app.core.unreached import Unreached
from app.extensions import db


@bp.post("/unreached/<public_id>/ending")
@login_required
def end_unreached(public_id: str) -> Response:
    address: Unreached = find_or_404(reach.visible_to(current_user), public_id)
    require(current_user, "invite")
    address.end()
    _record("person.tried_again", address, None, name=address.email)
    db.session.commit()
    said = _("We write to %(email)s again. What was held back goes out now.", email=address.email)
    before = page_before()
    return go(before if can_be_opened(before) else url_for("projects.home"), said)


@bp.get("/memberships/<public_id>/address")
@login_required
def edit_address(public_id: str) -> Response:
    membership, client = _membership(public_id)
    return _page(client, membership.user.name, AddressForm(formdata=None), _members_url(membership))


@bp.post("/memberships/<public_id>/address")
@login_required
def update_address(public_id: str) -> Response:
    membership, client = _membership(public_id)
    form, person = AddressForm(), membership.user
    if not form.validate_on_submit():
        return _page(client, person.name, form, _members_url(membership), status=422)
    address, email = Unreached.at(person.email), normal_email(form.email.data)
    if address and email != person.email:
        address.end(email)
    person.move_to(email)
    _record("person.moved", person, client, name=person.name)
    db.session.commit()
    said = _("%(name)s signs in as %(email)s from now on.", name=person.name, email=person.email)
    return go(url_for("clients.show", public_id=client.public_id), said)


@bp.get("/invitations/<public_id>/address")
@login_required
def edit_invited_address(public_id: str) -> Response:
    invitation, client = _invitation(public_id)
    form = AddressForm(formdata=None)
    return _page(client, invitation.name, form, _invited_url(invitation), invited=True)


@bp.post("/invitations/<public_id>/address")
@login_required
def update_invited_address(public_id: str) -> Response:
    invitation, client = _invitation(public_id)
    form = AddressForm()
    if not form.validate_on_submit():
        return _page(client, invitation.name, form, _invited_url(invitation), 422, invited=True)
    fresh = invitation.move_to(form.email.data, current_user)
    _record("invitation.sent", fresh, client, name=fresh.name, place=client.name, again=True)
    db.session.commit()
    said = _("A new invitation is on its way to %(email)s.", email=fresh.email)
    return go(url_for("clients.show", public_id=client.public_id), said)


def _membership(public_id: str) -> tuple[Membership, Client]:
    membership: Membership = find_or_404(Membership.visible_to(current_user), public_id)
    return membership, _client_to_run(membership)


def _invitation(public_id: str) -> tuple[Invitation, Client]:
    """An invitation to a client; those to the agency are withdrawn and made anew."""
    scope = Invitation.visible_to(current_user).where(Invitation.client_id.is_not(None))
    invitation: Invitation = find_or_404(scope, public_id)
    return invitation, _client_to_run(invitation)


def _client_to_run(thing: Any) -> Client:
    """The client of a person. Who signs in with which address, the agency alone says."""
    require(current_user, "invite", thing)
    if not current_user.is_staff:
        raise NotAllowed
    client = db.session.get_one(Client, thing.client_id)
    frame.turn_to(client)
    return client


def _page(
    client: Client,
    name: str,
    form: AddressForm,
    url: str,
    status: int = 200,
    *,
    invited: bool = False,
) -> Response:
    page: dict[str, Any] = {"client": client, "name": name, "form": form, "url": url}
    return respond("clients/address.html", "form", status=status, invited=invited, **page)


def _members_url(membership: Membership) -> str:
    return url_for("clients.update_address", public_id=membership.public_id)


def _invited_url(invitation: Invitation) -> str:
    return url_for("clients.update_invited_address", public_id=invitation.public_id)


def _record(verb: str, subject: Any, client: Client | None, **facts: Any) -> None:
    where = device_of(request)
    record(verb, subject, by=current_user, where=where, client=client, internal=True, **facts)
