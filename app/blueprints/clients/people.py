"""HTTP of a client's people: inviting, changing what they may do, and letting them go."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.links import page_before
from app.blueprints.clients import access, frame, welcome
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.clients.blueprint import bp
from app.blueprints.clients.forms import InvitationForm, MembershipForm
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import ROLE_RIGHTS, Client, Membership
from app.blueprints.clients.page import TEMPLATE, page_of
from app.core.events import record
from app.core.fragments import go, respond
from app.extensions import db, limiter


@bp.get("/clients/<public_id>/invitations/new")
@login_required
def new_invitation(public_id: str) -> Response:
    client = _client_to_invite_to(public_id)
    form = _invitation_form(client, language=client.language, role="approver")
    return _form_page(client, form)


@bp.post("/clients/<public_id>/invitations")
@login_required
@limiter.limit("60/hour")
def create_invitation(public_id: str) -> Response:
    client = _client_to_invite_to(public_id)
    form = _invitation_form(client)
    if not form.validate_on_submit():
        return _form_page(client, form, status=422)
    invitation = Invitation.to_client(client, form.role.data, current_user, **form.person)
    _record("invitation.sent", invitation, client, name=invitation.name, role=invitation.role)
    db.session.commit()
    said = _("The invitation is on its way to %(email)s.", email=invitation.email)
    return go(url_for("clients.show", public_id=public_id), said)


@bp.post("/invitations/<public_id>/sendings")
@login_required
def resend_invitation(public_id: str) -> Response:
    invitation = _invitation_to_run(public_id)
    invitation.send_again()
    _record("invitation.sent", invitation, invitation.client, name=invitation.name, again=True)
    db.session.commit()
    said = _("A new invitation is on its way to %(email)s.", email=invitation.email)
    return _answer(invitation.client, said)


@bp.post("/invitations/<public_id>/withdrawal")
@login_required
def withdraw_invitation(public_id: str) -> Response:
    invitation = _invitation_to_run(public_id)
    invitation.withdraw(current_user)
    _record("invitation.withdrawn", invitation, invitation.client, name=invitation.name)
    db.session.commit()
    return _answer(invitation.client, _("The invitation is withdrawn."))


@bp.post("/memberships/<public_id>")
@login_required
def update_membership(public_id: str) -> Response:
    membership, client = _membership_to_run(public_id)
    form = MembershipForm(obj=membership)
    if not form.validate_on_submit():
        return respond(TEMPLATE, "people", status=422, **page_of(client, problem=form.first_error))
    if form.role.raw_data:
        membership.change_role(form.role.data, current_user)
    if form.is_main.raw_data:
        membership.make_main(form.is_main.data == "True", current_user)
    facts = {"name": membership.user.name, "role": membership.role, "main": membership.is_main}
    _record("membership.changed", membership.user, client, **facts)
    db.session.commit()
    return _answer(client, _("Saved. It holds from now on."))


@bp.post("/memberships/<public_id>/sendings")
@login_required
def remind_member(public_id: str) -> Response:
    membership, client = _membership_to_run(public_id)
    welcome.send_to_member(membership, client, current_user)
    _record("membership.reminded", membership.user, client, name=membership.user.name)
    db.session.commit()
    said = _("A new invitation is on its way to %(email)s.", email=membership.user.email)
    return _answer(client, said)


@bp.post("/memberships/<public_id>/ending")
@login_required
def end_membership(public_id: str) -> Response:
    membership, client = _membership_to_run(public_id)
    person, is_self = membership.user, membership.user_id == current_user.id
    membership.end(current_user)
    _record("membership.ended", person, client, name=person.name)
    said = _("%(name)s has no access any more.", name=person.name)
    db.session.commit()
    return go(url_for("projects.home")) if is_self else _answer(client, said)


def _client_to_invite_to(public_id: str) -> Client:
    client: Client = find_or_404(Client.visible_to(current_user), public_id)
    require(current_user, "invite", client)
    frame.turn_to(client)
    return client


def _invitation_to_run(public_id: str) -> Invitation:
    """An invitation that the person may send again or withdraw; those to the agency: owners only."""
    invitation: Invitation = find_or_404(Invitation.visible_to(current_user), public_id)
    require(current_user, "invite", invitation)
    return invitation


def _membership_to_run(public_id: str) -> tuple[Membership, Client]:
    membership: Membership = find_or_404(Membership.visible_to(current_user), public_id)
    require(current_user, "invite", membership)
    return membership, db.session.get_one(Client, membership.client_id)


def _invitation_form(client: Client, **values: Any) -> InvitationForm:
    form = InvitationForm(**values)
    form.offer(_roles(client), main=current_user.is_staff)
    return form


def _form_page(client: Client, form: InvitationForm, status: int = 200) -> Response:
    return respond(
        "clients/invite.html", "form", status=status, form=form, client=client, rights=ROLE_RIGHTS
    )


def _roles(client: Client) -> list[str]:
    return access.roles_to_give(current_user, client)


def _record(verb: str, subject: Any, client: Client | None, **facts: Any) -> None:
    facts["place"] = client.name if client else ""
    where, internal = device_of(request), client is None
    record(verb, subject, by=current_user, where=where, client=client, internal=internal, **facts)


def _answer(client: Client | None, said: str) -> Response:
    """The people of the client again, or the start page where it was pressed there; else the agency's team."""
    if client is None:
        return go(url_for("clients.list_team"), said)
    if page_before().partition("?")[0] == "/":
        return go("/", said)
    then = url_for("clients.show", public_id=client.public_id)
    return respond(TEMPLATE, "people", then=then, said=said, **page_of(client))
