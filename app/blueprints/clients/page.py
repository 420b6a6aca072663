"""What the page of a client needs, for the agency and, in part, for the client's main contacts."""

from __future__ import annotations

from typing import Any

from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.blueprints.clients import access, frame, hooks
from app.blueprints.clients.forms import ColourForm, NoteForm
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.look import look_of
from app.blueprints.clients.models import ROLE_NAMES, Client
from app.blueprints.clients.sections import sections
from app.core.agency import COLOUR, Agency
from app.core.models import every
from app.core.unreached import Unreached
from app.extensions import db

TEMPLATE = "clients/show.html"


def page_of(client: Client, **forms: Any) -> dict[str, Any]:
    """The context of the client's page. `forms` are those that came back with something wrong in them."""
    frame.turn_to(client)
    context = _people(client)
    if current_user.is_staff:
        context |= _settings(client)
        parts = [make(client, forms) for make in hooks.CLIENT_PARTS]
        context["parts"] = [part for part in parts if part is not None]
    return {**context, **forms}


def _people(client: Client) -> dict[str, Any]:
    people = every(client.people())
    invites = access.can(current_user, "invite", client)
    roles = access.roles_to_give(current_user, client) if invites else []
    invitations = every(Invitation.pending_at(client))
    emails = [each.user.email for each in people] + [each.email for each in invitations]
    return {
        "client": client,
        "people": people,
        "invitations": invitations,
        "unreached": Unreached.among(emails) if current_user.is_staff else {},
        "roles": {role: ROLE_NAMES[role] for role in roles},
        "role_names": ROLE_NAMES,
        "stays": _who_stays(people),
        "main_contacts": ", ".join(each.user.called for each in people if each.is_main),
    }


def _who_stays(people: Any) -> int | None:
    """The membership that the reader can't end: their own, as the only main contact."""
    mains = [each for each in people if each.is_main]
    only = mains[0] if len(mains) == 1 else None
    return only.id if only and only.user_id == current_user.id else None


def _settings(client: Client) -> dict[str, Any]:
    client = _with_lead(client)
    agency = Agency.current()
    shown = client.colour or (agency.colour if agency else COLOUR)
    return {
        "client": client,
        "sections": sections(),
        "colour_form": ColourForm.showing(shown),
        "note_form": NoteForm(formdata=None, note=client.note),
        "look": look_of(shown, client.name),
    }


def _with_lead(client: Client) -> Client:
    query = select(Client).where(Client.id == client.id).options(joinedload(Client.lead))
    return db.session.scalars(query).one()
