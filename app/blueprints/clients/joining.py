"""HTTP of accepting an invitation. The link opens a page; only its buttons, POSTs, change anything."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request, session, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from app.blueprints.accounts.blueprint import few
from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.links import PURPOSE
from app.blueprints.accounts.login import sign_in
from app.blueprints.accounts.models import User
from app.blueprints.clients.blueprint import bp
from app.blueprints.clients.links import InvitationLink
from app.blueprints.clients.models import ROLE_WELCOMES
from app.core.events import record
from app.core.fragments import go, respond
from app.core.tokens import sign
from app.extensions import db


@bp.get("/join/<token>")
@few
def show_invitation(token: str) -> Response:
    return _page(_link_or_404(token), token)


@bp.post("/join/<token>")
@few
def accept_invitation(token: str) -> Response:
    link = _link_or_404(token)
    if not link.is_open:
        return _page(link, token, status=410)
    user, is_new = link.accept()
    place = link.invitation.client.name if link.invitation.client else ""
    _record("invitation.accepted", link, user, name=user.name, place=place)
    was_here = current_user == user
    if is_new:
        sign_in(user)
    db.session.commit()
    if is_new or was_here:
        with force_locale(user.language):
            return go(url_for("projects.home"), _("Welcome. Everything for you is on this page."))
    with force_locale(_language_of(link)):
        said = _("The invitation is accepted. Please sign in as you always do.")
    return go(_sign_in_address(user), said)


@bp.post("/join/<token>/renewal")
@few
def renew_invitation(token: str) -> Response:
    link = _link_or_404(token)
    link.renew()
    _record("invitation.renewed", link, None, name=link.invitation.name)
    db.session.commit()
    with force_locale(_language_of(link)):
        said = _("A new invitation is on its way to the address that was invited.")
    return go(url_for("clients.show_invitation", token=token), said)


def _link_or_404(token: str) -> InvitationLink:
    return InvitationLink.with_token(token) or abort(404)


def _page(link: InvitationLink, token: str, status: int = 200) -> Response:
    """The page of the invitation."""
    invitation = link.invitation
    person = User.with_email(invitation.email)
    context: dict[str, Any] = {
        "state": link.state,
        "invitation": invitation,
        "token": token,
        "welcome": ROLE_WELCOMES[invitation.role or invitation.agency_role or "viewer"],
        "person": person,
        "is_here": person is not None and current_user == person,
        "sign_in_url": _sign_in_address(person),
    }
    if invitation.client and invitation.client.colour:
        context["brand_colour"] = invitation.client.colour
    with force_locale(_language_of(link)):
        return respond("clients/invitation.html", "content", status=status, **context)


def _language_of(link: InvitationLink) -> str:
    """That of the invitation, unless the person has chosen another."""
    return str(session.get("language") or link.invitation.language)


def _sign_in_address(person: User | None) -> str:
    """The sign-in page, with the person's address filled in."""
    return url_for(
        "accounts.show_sign_in", hint=sign(PURPOSE, person.public_id) if person else None
    )


def _record(verb: str, link: InvitationLink, by: User | None, **facts: Any) -> None:
    client = link.invitation.client
    where, internal = device_of(request), client is None
    record(verb, link.invitation, by=by, where=where, client=client, internal=internal, **facts)
