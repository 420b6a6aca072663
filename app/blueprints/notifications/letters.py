"""Mails that tell several things at once: what happened since, by project, each with the way to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from app.blueprints.accounts.links import personal_address
from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.blueprints.notifications.held import asks
from app.blueprints.notifications.mail_links import settings_url, unsubscribe_url
from app.blueprints.notifications.words import words_for
from app.blueprints.projects.models import Project
from app.core import features, mail
from app.core.agency import COLOUR, Agency
from app.core.events import Event
from app.core.mail import Mail
from app.core.models import one
from app.extensions import db

MOST = 30


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the mail."""

    words: Markup
    url: str
    at: datetime
    brief: str = ""
    needed_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """What happened in one project, and what waits there."""

    title: str
    items: Sequence[Item]


def write(
    user: User, events: Sequence[Event], kinds: Collection[str], mails: Sequence[Mail] = ()
) -> Mail:
    """Queue a mail to a person that tells these events and mails, of a project or of several."""
    with _as_pages_do(user):
        things = [_said(user, each) for each in mails] + [_happened(user, each) for each in events]
        sections, project = _sections(things[:MOST]), _only_project(things)
        return mail.queue(
            "news",
            user.recipient,
            reply_to=_reply_to(events, mails),
            unsubscribe_url=unsubscribe_url(user, kinds),
            thread=f"project-{project.public_id}" if project else "",
            project_id=project.id if project else None,
            picture_of=_picture(events, mails),
            called=user.called,
            sections=sections,
            count=len(things),
            more=max(len(things) - MOST, 0),
            title=_title(sections, events, mails),
            button_url=_way(user, things),
            settings_url=settings_url(user),
            colour=_colour(things),
        )


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to tell, and where it belongs."""

    item: Item
    project: Project | None


def _said(user: User, letter: Mail) -> Thing:
    project = db.session.get(Project, letter.project_id) if letter.project_id else None
    words = Markup("<b>{}</b>").format(letter.says)
    item = Item(words, letter.url, letter.created_at, letter.brief, letter.needed_by)
    return Thing(item, project)


def _happened(user: User, event: Event) -> Thing:
    verb = features.verb(event.verb)
    assert verb is not None, "what is told was asked for its verb before"
    path = verb.url(event) or "/"
    words = words_for(user, event, verb)
    project = db.session.get(Project, event.project_id) if event.project_id else None
    return Thing(Item(words, personal_address(user, path), event.at), project)


def _sections(things: Sequence[Thing]) -> list[Section]:
    places: dict[str, list[Item]] = defaultdict(list)
    for thing in things:
        places[thing.project.name if thing.project else ""].append(thing.item)
    return [Section(title, places[title]) for title in sorted(places)]


def _title(sections: Sequence[Section], events: Sequence[Event], mails: Sequence[Mail]) -> str:
    if len(events) + len(mails) == 1:
        return str(sections[0].items[0].words.striptags())
    waiting = sum(asks(each) for each in mails)
    count = _count(waiting, len(events) + len(mails) - waiting)
    if len(sections) == 1:
        return str(_("%(count)s: %(project)s", count=count, project=sections[0].title))
    return str(_("%(count)s in your projects", count=count))


def _count(waiting: int, new: int) -> str:
    waits = ngettext("%(num)s thing waits for you", "%(num)s things wait for you", waiting)
    told = ngettext("%(num)s thing is new", "%(num)s things are new", new)
    if waiting and new:
        return str(_("%(waits)s, %(new)s", waits=waits, new=told))
    return str(waits if waiting else told)


def _way(user: User, things: Sequence[Thing]) -> str:
    """Where the button leads: to the thing, to the project, or to the first page."""
    if len(things) == 1:
        return things[0].item.url
    project = _only_project(things)
    return personal_address(user, f"/projects/{project.public_id}" if project else "/")


def _reply_to(events: Sequence[Event], mails: Sequence[Mail]) -> str:
    """Whom an answer reaches, where all of it comes from one person."""
    addresses = {each.reply_to for each in mails}
    return addresses.pop() if len(addresses) == 1 and not events else ""


def _picture(events: Sequence[Event], mails: Sequence[Mail]) -> int | None:
    """The picture of the first thing that has one: a mail that asks, or a file that came."""
    asked = [each.picture_of for each in mails if each.picture_of]
    files = [each.facts["file"] for each in events if each.facts.get("file")]
    if asked or not files:
        return asked[0] if asked else None
    of_file = (
        select(Version.id).join(File, File.id == Version.file_id).where(File.public_id == files[0])
    )
    return one(of_file.order_by(Version.number.desc()).limit(1))


def _only_project(things: Sequence[Thing]) -> Project | None:
    projects = {each.project for each in things}
    return projects.pop() if len(projects) == 1 else None


def _colour(things: Sequence[Thing]) -> str:
    """The client's own colour where all is about one client."""
    numbers = {each.project.client_id if each.project else None for each in things}
    number = numbers.pop() if len(numbers) == 1 else None
    client = db.session.get(Client, number) if number else None
    agency = Agency.current()
    return (client.colour if client else "") or (agency.colour if agency else COLOUR)


@contextmanager
def _as_pages_do(user: User) -> Iterator[None]:
    """Addresses and words as on a page that this person reads."""
    base = current_app.extensions["settings"].url
    with current_app.test_request_context(base_url=base), force_locale(user.language):
        yield
