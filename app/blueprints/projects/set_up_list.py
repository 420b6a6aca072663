"""What a new owner does first, each with the page where it is done; open or done by how things really are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import exists, select

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client, Membership
from app.blueprints.projects.models import Project
from app.core.agency import COLOUR, Agency
from app.core.models import one
from app.extensions import db


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do."""

    label: str
    text: str
    url: str
    done: bool


def open_for(user: User, *, asked: bool = False) -> Sequence[Item]:
    """The list for an owner; empty when all is done, or when they put it away, unless they ask for it."""
    agency = Agency.current()
    put_away = user.toured_at is not None and not asked
    if agency is None or put_away or not access.can(user, "run_portal"):
        return []
    items = _items(agency)
    return [] if all(item.done for item in items) and not asked else items


def _items(agency: Agency) -> list[Item]:
    settings = "clients.show_settings"
    return [
        Item(
            _("Introduce your agency"),
            _("City, telephone and imprint stand at the foot of the pages."),
            url_for(settings, _anchor="agency"),
            bool(agency.phone or agency.email or agency.imprint or agency.imprint_url),
        ),
        Item(
            _("Choose your colour"),
            _("Buttons and mails have it. Any colour stays readable."),
            url_for(settings, _anchor="appearance"),
            agency.colour != COLOUR,
        ),
        Item(
            _("Send yourself a mail"),
            _("So you know that invitations arrive."),
            url_for("clients.show_mail"),
            agency.mail_tested_at is not None,
        ),
        Item(
            _("Add your first client"),
            _("A name is enough to begin with."),
            url_for("clients.new"),
            _is_there(Client.id),
        ),
        Item(
            _("Start the first project"),
            _("With its stage and its dates."),
            url_for("projects.new"),
            _is_there(Project.id),
        ),
        Item(
            _("Invite somebody"),
            _("They get a mail with a link, and need no password."),
            _where_to_invite(),
            _is_there(Invitation.client_id) or _is_there(Membership.id),
        ),
    ]


def _where_to_invite() -> str:
    """The invitation to the first client; without any, where one is added."""
    first = one(select(Client.public_id).order_by(Client.id).limit(1))
    return url_for("clients.new_invitation", public_id=first) if first else url_for("clients.index")


def _is_there(column: Any) -> bool:
    return bool(db.session.scalar(select(exists().where(column.is_not(None)))))
