"""From events to people: each event that is news is announced once, to those whom it concerns then."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from app.blueprints.accounts.models import User
from app.blueprints.notifications.delivery import Delivery
from app.blueprints.notifications.kinds import kind_of
from app.blueprints.notifications.models import QUIET, WAITS, Notification
from app.core import clock, features
from app.core.due import Drain, Due
from app.core.events import Event
from app.core.features import News
from app.core.models import every
from app.core.wanting import LEFT_OUT
from app.extensions import db


class Announcement(Due):
    """An event that people are to hear of. It is written by the transaction that records the event."""

    __tablename__ = "announcements"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), unique=True)

    def spread(self) -> None:
        """Give a notification to everybody whom the event concerns now, other than who did it."""
        event = db.session.get_one(Event, self.event_id)
        known = set(every(select(Notification.user_id).where(Notification.event_id == event.id)))
        for user in hearers(event):
            if user.id not in known:
                notify(event, user)
        self.settle()


def announce(event: Event) -> None:
    """Have an event announced if anybody is to hear of what it says."""
    if news_of(event) is not None:
        db.session.add(Announcement(event_id=event.id, due_at=clock.now()))


def news_of(event: Event) -> News | None:
    """What its verb says of who hears of it, whether the feature is on now or not."""
    for feature in features.every_feature():
        if event.verb in feature.verbs:
            return feature.verbs[event.verb].news
    return None


def hearers(event: Event) -> list[User]:
    """Whom an event concerns as things stand now, each once; nobody if its feature is off.

    No client hears of what is internal, unless there are words for them.
    """
    verb = features.verb(event.verb)
    if verb is None or verb.news is None:
        return []
    people = {user.id: user for user in verb.news.who(event) if user.removed_at is None}
    if event.internal and not verb.news.words:
        people = {number: user for number, user in people.items() if user.is_staff}
    people.pop(event.actor_id or 0, None)
    return [people[number] for number in sorted(people)]


def notify(event: Event, user: User) -> Notification:
    """Let one person know of an event, and have it told by mail when they want it."""
    verb = features.verb(event.verb)
    assert verb is not None and verb.news is not None
    by_mail = verb.news.by_mail and user.public_id not in event.facts.get(LEFT_OUT, ())
    row = Notification(
        user_id=user.id,
        event_id=event.id,
        project_id=event.project_id,
        client_id=event.client_id,
        kind=kind_of(verb.news.kind).name,
        path=_path(verb.url(event)),
        at=event.at,
        mail_state=WAITS if by_mail else QUIET,
    )
    db.session.add(row)
    if by_mail:
        Delivery.wake(user.id, clock.now())
    return row


def _path(address: str | None) -> str:
    return urlsplit(address or "").path[:300]


def _spread(announcement: Announcement) -> None:
    # Verbs build addresses as pages do.
    with current_app.test_request_context(base_url=current_app.extensions["settings"].url):
        announcement.spread()


DRAIN = Drain("announcements", Announcement, _spread)
