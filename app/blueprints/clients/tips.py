"""What people can do with clients and their people, for the help page."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.core.features import Tip


def tips(user: User) -> Iterator[Tip]:
    """Inviting, for whoever may; looking as a client does, for the agency."""
    if user.is_staff:
        yield from _for_agency(user)
        return
    for client in access.inviting_at(user)[:1]:
        yield Tip(
            _("Invite colleagues"),
            _("They get a link by mail and need no password. You say what they may do."),
            url_for("clients.show", public_id=client.public_id),
        )


def _for_agency(user: User) -> Iterator[Tip]:
    clients = url_for("clients.index")
    if access.can(user, "invite"):
        words = _("Invite people to a client. They get a link by mail and need no password.")
        yield Tip(_("Let clients in"), words, clients)
    words = _("At each person of a client: see the portal as they do, without changing anything.")
    yield Tip(_("See what they see"), words, clients)
