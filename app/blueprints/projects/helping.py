"""The help page: what the reader can do here, and whom they can ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.blueprints.clients.models import Client
from app.blueprints.projects.models import Project
from app.core import features
from app.core.features import Tip
from app.core.models import every

MOST = 20


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to ask, and about what."""

    person: User
    about: Sequence[str]


def help_for(user: User) -> dict[str, Any]:
    """What projects/help.html needs, but for the tour."""
    places = _places(user)
    return {
        "tips": sorted(_tips(user), key=lambda tip: tip.order),
        "contacts": _owners() if user.is_staff else _contacts(user, places),
        "own_texts": [place for place in places if place.help],
        "several_clients": len(places) > 1,
    }


def _tips(user: User) -> Iterator[Tip]:
    for each in features.active():
        if each.tips:
            yield from each.tips(user)


def tips(user: User) -> Iterator[Tip]:
    """Seeing where things stand, and telling it."""
    if user.is_staff:
        yield Tip(
            _("See what waits"),
            _("Your start page shows what waits with us and what waits with clients."),
            url_for("projects.home"),
            order=10,
        )
        yield Tip(
            _("Tell how it goes"),
            _(
                "On a project, say in two sentences how it stands. Write updates when there is more to tell."
            ),
            url_for("projects.index"),
            order=10,
        )
        yield Tip(
            _("Keep things inside"),
            _("Internal notes have a dashed frame. Clients never see them."),
            order=10,
        )
    else:
        yield Tip(
            _("See where things stand"),
            _("Each project shows its stage, how it goes, and the next date."),
            url_for("projects.index"),
            order=10,
        )
    yield Tip(
        _("Dates in your calendar"),
        _("Subscribe to the dates of your projects once, and they stay right by themselves."),
        url_for("projects.show_calendar"),
        order=60,
    )


def _places(user: User) -> Sequence[Client]:
    numbers = [row.client_id for row in access.memberships(user)]
    places = select(Client).where(Client.id.in_(numbers)).options(joinedload(Client.lead))
    return every(places.order_by(Client.name, Client.id)) if numbers else []


def _contacts(user: User, places: Sequence[Client]) -> list[Contact]:
    """Who looks after the person's clients, then who leads their projects, each once."""
    about: dict[User, list[str]] = {}
    for place in places:
        if place.lead and not place.lead.removed_at:
            about.setdefault(place.lead, [])
    leading = Project.running(user).options(joinedload(Project.lead))
    for project in every(leading.order_by(Project.name, Project.id).limit(MOST)):
        if project.lead and not project.lead.removed_at:
            about.setdefault(project.lead, []).append(project.name)
    return [Contact(person, names) for person, names in about.items()]


def _owners() -> list[Contact]:
    """Who sets the portal up."""
    owners = every(User.staff().where(User.agency_role == "owner").limit(MOST))
    return [Contact(owner, [str(_("Sets up the portal"))]) for owner in owners]
