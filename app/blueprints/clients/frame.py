"""What stands around a client's pages: whose portal it is, in which colour, and whom to ask."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.clients.models import Client
from app.core.agency import Agency
from app.core.models import one


def turn_to(client: Client) -> None:
    """Say that the page being built belongs to this client."""
    g.page_client_id = client.id


def of(user: User, agency: Agency) -> dict[str, Any]:
    """The context of the layouts for a person: `for_client`, `brand_colour` and `contact`.

    The agency's people stay in the agency's colours, whichever client's page they look at.
    """
    if user.is_staff:
        return {}
    client = _client_of_page(user)
    lead = client.lead if client else None
    return {
        "for_client": client,
        "contact": lead if lead and lead.removed_at is None else None,
        "brand_colour": client.colour if client and client.colour else agency.colour,
    }


def _client_of_page(user: User) -> Client | None:
    """The client that the page belongs to, or the only one that the person has."""
    number = g.get("page_client_id")
    if number is None:
        places = access.memberships(user)
        number = places[0].client_id if len(places) == 1 else None
    return _with_lead(number) if number else None


def _with_lead(number: int) -> Client | None:
    """The client with its lead. Templates ask for each block, so it is kept until a commit ages it."""
    kept: Client | None = g.get("frame_client")
    if kept is None or "lead" in inspect(kept).unloaded or kept.id != number:
        query = select(Client).where(Client.id == number).options(joinedload(Client.lead))
        kept = g.frame_client = one(query)
    return kept
