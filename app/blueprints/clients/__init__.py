"""Clients, who belongs to them, who may do what; and the owner's settings."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.models import User
from app.blueprints.clients import (
    access,
    joining,
    mail_settings,
    people,
    reaching,
    routes,
    settings,
    team,
    viewing,
)
from app.blueprints.clients.blueprint import bp
from app.blueprints.clients.searched import CLIENTS
from app.blueprints.clients.tips import tips
from app.blueprints.clients.verbs import VERBS
from app.core.features import Feature, Link

__all__ = [
    "FEATURE",
    "joining",
    "mail_settings",
    "people",
    "reaching",
    "routes",
    "settings",
    "team",
    "viewing",
]


def _nav(user: User) -> Iterable[Link]:
    """The agency's way to its clients."""
    here = request.path == "/clients" or request.path.startswith("/clients/")
    yield Link(_("Clients"), url_for("clients.index"), "people", here)


def _menu(user: User) -> Iterable[Link]:
    """A main contact's way to their colleagues, an owner's to the settings."""
    if access.can(user, "run_portal"):
        yield Link(_("Settings"), url_for("clients.show_settings"), "settings")
    if not user.is_staff:
        yield from _people_links(user)


def _people_links(user: User) -> Iterable[Link]:
    clients = access.inviting_at(user)
    for client in clients:
        label = _("People") if len(clients) == 1 else _("People at %(name)s", name=client.name)
        yield Link(label, url_for("clients.show", public_id=client.public_id), "people")


FEATURE = Feature(
    name="clients",
    label=_l("Clients"),
    blueprint=bp,
    verbs=VERBS,
    nav=_nav,
    menu=_menu,
    searched=(CLIENTS,),
    tips=tips,
)
