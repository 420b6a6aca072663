"""What has happened in the projects that somebody sees, told from the log in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask_babel import format_time, to_user_timezone
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, bindparam, false, or_, select

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.clients.sections import UPDATES
from app.blueprints.projects.models import Project, sees_project
from app.blueprints.projects.verbs import OF_UPDATES
from app.core import features
from app.core.events import Event
from app.core.features import Verb
from app.core.filenames import softly
from app.core.models import Instant
from app.core.paging import Page
from app.core.prepared import Prepared

SHOWN = 15
ORDER = (Event.id.desc(),)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    at: datetime
    sentence: Markup
    is_new: bool
    project: str

    @property
    def time(self) -> str:
        """The time of day, as short as it can be written: the column is narrow."""
        return str(format_time(self.at, "HH:mm"))


@dataclass(frozen=True, slots=True)
class Activity:
    """Some of what happened, by day, the latest first."""

    days: Sequence[tuple[date, Sequence[Line]]]
    next: str | None
    previous: str | None

    @property
    def new(self) -> int:
        """How much of it is new."""
        return sum(line.is_new for _day, lines in self.days for line in lines)

    @property
    def goes_on(self) -> bool:
        """Whether there is more that is new than stands here."""
        return self.next is not None and self.days[-1][1][-1].is_new


def activity_of(user: User, cursor: str | None = None) -> Activity:
    """What a client's person may know of: in projects that they see, in sections shown, nothing internal."""
    return _told(SHARED.page(user, ORDER, cursor, SHOWN), user)


def news_of(user: User, cursor: str | None = None) -> Activity | None:
    """What others did in the projects of somebody of the agency since they were last here; None at first."""
    if user.last_visit_at is None:
        return None
    return _told(NEWS.page(user, ORDER, cursor, SHOWN, since=user.last_visit_at), user)


def _told(found: Page[Event], user: User) -> Activity:
    lines = [_line(event, user) for event in found.rows]
    days = groupby(lines, key=lambda line: to_user_timezone(line.at).date())
    return Activity([(day, list(rows)) for day, rows in days], found.next, found.previous)


def sentence(event: Event, verb: Verb, reader: User, *, linked: bool = True) -> Markup:
    """What happened, in words for this reader; what it was about is a link, unless said otherwise."""
    what, url = softly(verb.what(event)), verb.url(event) if linked else None
    told = Markup('<a href="{}">{}</a>').format(url, what) if url else what
    who = Markup("<b>{}</b>").format(event.actor_name or _("Somebody"))
    words = verb.you if event.actor_id == reader.id else verb.sentence
    return Markup(str(words)) % {"who": who, "what": told}  # noqa: S704 - our own sentence


def _visible_events(user: User) -> Select[Event]:
    return (
        select(Event)
        .join(Project, Project.id == Event.project_id)
        .join(Client, Client.id == Project.client_id)
        .where(sees_project(user, Project.id, Project.client_id))
        .where(_verbs_shown(user))
    )


def _of_others(user: User) -> Select[Event]:
    others = or_(Event.actor_id.is_(None), Event.actor_id != user.id)
    return _visible_events(user).where(others, Event.at > bindparam("since", type_=Instant()))


SHARED = Prepared[Event](lambda reader: _visible_events(reader).where(Event.internal.is_(False)))
NEWS = Prepared[Event](_of_others)


def _verbs_shown(user: User) -> ColumnElement[bool]:
    """The condition under which an event's verb is told, given its project and client.

    What a project hides is hidden from its client, not from the agency.
    """
    conditions: list[ColumnElement[bool]] = [false()]
    for feature in features.active():
        verbs = [name for name, verb in feature.verbs.items() if verb.shown]
        told: ColumnElement[bool] = Event.verb.in_(verbs)
        hides = feature.section and not user.is_staff
        conditions.append(and_(told, Project.showing(feature.name)) if hides else told)
    if user.is_staff:
        return or_(*conditions)
    updates = Project.showing(UPDATES.name)
    return and_(or_(*conditions), or_(Event.verb.not_in(OF_UPDATES), updates))


def _line(event: Event, reader: User) -> Line:
    verb = features.verb(event.verb)
    assert verb is not None, "the query asks for declared verbs only"
    last = reader.last_visit_at
    is_new = last is not None and event.at > last and event.actor_id != reader.id
    project = str(event.facts.get("project_name", "")) if reader.is_staff else ""
    return Line(event.at, sentence(event, verb, reader), is_new, project)
