"""What stands around a client's pages: whose portal it is, in which colour, and whom to ask."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.clients.models import Client
from app.core.agency import Agency
from app.core.models import one


def turn_to(client: Client) -> None:
    """Say that the page being built belongs to this client."""
    g.page_client = client


def of(user: User, agency: Agency) -> dict[str, Any]:
    """The context of the layouts for a person: `for_client`, `brand_colour` and `contact`.

    The agency's people stay in the agency's colours, whichever client's page they look at.
    """
    if user.is_staff:
        return {}
    client = _client_of_page(user)
    contact = client.lead if client else None
    colour = client.colour if client and client.colour else agency.colour
    return {"for_client": client, "contact": contact, "brand_colour": colour}


def _client_of_page(user: User) -> Client | None:
    """The client that the page belongs to, or the only one that the person has."""
    page_client = g.get("page_client")
    if page_client is None and len(access.memberships(user)) != 1:
        return None
    number = page_client.id if page_client else access.memberships(user)[0].client_id
    query = select(Client).where(Client.id == number).options(joinedload(Client.lead))
    return one(query.execution_options(populate_existing=False))
