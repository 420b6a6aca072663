"""How a notification reads in the portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_login import current_user
from markupsafe import Markup

from app.blueprints.notifications.models import Notification
from app.blueprints.notifications.words import words_for
from app.core import features


@dataclass(frozen=True, slots=True)
class Line:
    """A notification as its row shows it."""

    public_id: str
    words: Markup
    url: str
    project_name: str
    at: datetime
    is_read: bool


def line_of(notification: Notification) -> Line | None:
    """What a notification says; None if its feature is off at the moment."""
    event = notification.event
    verb = features.verb(event.verb)
    if verb is None:
        return None
    return Line(
        notification.public_id,
        words_for(current_user, event, verb),
        verb.url(event) or "",
        str(event.facts.get("project_name", "")),
        notification.at,
        notification.read_at is not None,
    )
