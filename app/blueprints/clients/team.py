"""HTTP of the agency's own people: inviting them, their roles, letting them go."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.models import User
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.clients.blueprint import bp
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import ROLE_NAMES, ROLE_RIGHTS
from app.blueprints.clients.settings_forms import (
    AGENCY_ROLE_CHOICES,
    TeamInvitationForm,
    TeamRoleForm,
)
from app.core.agency import Agency
from app.core.events import record
from app.core.fragments import go, respond
from app.core.models import every
from app.core.unreached import Unreached
from app.extensions import db


@bp.get("/settings/team")
@login_required
def list_team() -> Response:
    require(current_user, "run_portal")
    agency = Agency.current()
    form = TeamInvitationForm(formdata=None, language=agency.language if agency else None)
    return _page("team", form=form)


@bp.post("/settings/team/invitations")
@login_required
def create_team_invitation() -> Response:
    require(current_user, "run_portal")
    form = TeamInvitationForm()
    if not form.validate_on_submit():
        return _page("invite", status=422, form=form)
    person = {name: form[name].data for name in ("name", "email", "language")}
    invitation = Invitation.to_agency(form.role.data, current_user, **person)
    _record("invitation.sent", invitation, name=invitation.name, role=form.role.data)
    db.session.commit()
    said = _("The invitation is on its way to %(email)s.", email=invitation.email)
    return go(url_for("clients.list_team"), said)


@bp.post("/settings/team/<public_id>")
@login_required
def update_team_member(public_id: str) -> Response:
    person, form = _person_or_404(public_id), TeamRoleForm()
    if not form.validate_on_submit():
        return _page("team", status=422, problem=form.first_error)
    before = person.agency_role
    person.change_role(form.role.data)
    _record("team.changed", person, name=person.name, role=form.role.data, before=before)
    db.session.commit()
    return _done(_("Saved. It holds from now on."))


@bp.post("/settings/team/<public_id>/removal")
@login_required
def remove_team_member(public_id: str) -> Response:
    person = _person_or_404(public_id)
    person.remove()
    _record("team.removed", person, name=person.name, role=person.agency_role)
    said = _("%(name)s has no access any more.", name=person.name)
    db.session.commit()
    return _done(said)


def _person_or_404(public_id: str) -> User:
    require(current_user, "run_portal")
    person: User = find_or_404(User.staff(), public_id)
    return person


def _done(said: str) -> Response:
    """The team again; somebody who has just let go of the settings goes on at the start."""
    if current_user.is_owner and current_user.removed_at is None:
        return _page("team", then=url_for("clients.list_team"), said=said)
    return go(url_for("projects.home"))


def _page(block: str, status: int = 200, **context: Any) -> Response:
    people = every(User.staff())
    invitations = every(Invitation.pending_at(None))
    owners = [person for person in people if person.is_owner]
    context.setdefault("form", TeamInvitationForm(formdata=None))
    return respond(
        "clients/team.html",
        block,
        status=status,
        people=people,
        only_owner=owners[0].id if len(owners) == 1 else None,
        invitations=invitations,
        unreached=Unreached.among(
            [each.email for each in people] + [each.email for each in invitations]
        ),
        roles=AGENCY_ROLE_CHOICES,
        role_names=ROLE_NAMES,
        rights=ROLE_RIGHTS,
        **context,
    )


def _record(verb: str, subject: Any, **facts: Any) -> None:
    where = device_of(request)
    record(verb, subject, by=current_user, where=where, internal=True, **facts)
