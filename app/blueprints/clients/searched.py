"""What the search finds of clients, for the agency's people: their names, never the notes on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, false, select

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.core.searched import Said, Searched
from app.extensions import db


def _clients(user: User) -> Select[Client]:
    found = Client.visible_to(user)
    return found if user.is_staff else found.where(false())


def _words(numbers: Sequence[int]) -> Iterator[Said]:
    query = select(Client.id, Client.name, Client.legal_name).where(Client.id.in_(numbers))
    for number, name, legal_name in db.session.execute(query):
        yield Said(number, name, legal_name)


CLIENTS = Searched(
    kind="client",
    label=_l("Clients"),
    icon="people",
    scope=_clients,
    words=_words,
    made_of={Client: "id"},
    url=lambda client: url_for("clients.show", public_id=client.public_id),
)
