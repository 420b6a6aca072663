"""Mails that tell several things at once: what happened since, by project, each with the way to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from app.blueprints.accounts.links import personal_address
from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.notifications.mail_links import settings_url, unsubscribe_url
from app.blueprints.projects.activity import sentence
from app.core import features, mail
from app.core.agency import COLOUR, Agency
from app.core.events import Event
from app.core.mail import Mail
from app.extensions import db

MOST = 30


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the mail."""

    words: Markup
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Section:
    """What happened in one project."""

    title: str
    items: Sequence[Item]


def write(user: User, events: Sequence[Event], kinds: Collection[str]) -> Mail:
    """Queue a mail to a person that tells these events, of a project or of several."""
    with _as_pages_do(user):
        sections = _sections(user, events[:MOST])
        return mail.queue(
            "news",
            user.recipient,
            unsubscribe_url=unsubscribe_url(user, kinds),
            thread=_thread(sections, events),
            called=user.called,
            sections=sections,
            count=len(events),
            more=max(len(events) - MOST, 0),
            title=_title(sections, events),
            button_url=_way(user, sections, events),
            settings_url=settings_url(user),
            colour=_colour(events),
        )


def _sections(user: User, events: Sequence[Event]) -> list[Section]:
    ordered = sorted(events, key=lambda event: (_project_of(event), event.id))
    return [
        Section(title, [_item(user, event) for event in group])
        for title, group in groupby(ordered, key=_project_of)
    ]


def _item(user: User, event: Event) -> Item:
    verb = features.verb(event.verb)
    assert verb is not None, "what is told was asked for its verb before"
    path = verb.url(event) or "/"
    return Item(sentence(event, verb, user, linked=False), personal_address(user, path), event.at)


def _title(sections: Sequence[Section], events: Sequence[Event]) -> str:
    if len(events) == 1:
        return str(sections[0].items[0].words.striptags())
    count = ngettext("%(num)s thing is new", "%(num)s things are new", len(events))
    if len(sections) == 1:
        return str(_("%(count)s: %(project)s", count=count, project=sections[0].title))
    return str(_("%(count)s in your projects", count=count))


def _way(user: User, sections: Sequence[Section], events: Sequence[Event]) -> str:
    """Where the button leads: to the thing, to the project, or to the first page."""
    if len(events) == 1:
        return sections[0].items[0].url
    place = events[0].facts.get("in_project") if len(sections) == 1 else None
    return personal_address(user, f"/projects/{place}" if place else "/")


def _project_of(event: Event) -> str:
    return str(event.facts.get("project_name", ""))


def _thread(sections: Sequence[Section], events: Sequence[Event]) -> str:
    place = events[0].facts.get("in_project", "")
    return f"project-{place}" if len(sections) == 1 and place else ""


def _colour(events: Sequence[Event]) -> str:
    """The client's own colour where all is about one client."""
    numbers = {event.client_id for event in events}
    client = (
        db.session.get(Client, numbers.pop()) if len(numbers) == 1 and None not in numbers else None
    )
    agency = Agency.current()
    return (client.colour if client else "") or (agency.colour if agency else COLOUR)


@contextmanager
def _as_pages_do(user: User) -> Iterator[None]:
    """Addresses and words as on a page that this person reads."""
    base = current_app.extensions["settings"].url
    with current_app.test_request_context(base_url=base), force_locale(user.language):
        yield
