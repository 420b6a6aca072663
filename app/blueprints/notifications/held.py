"""Mails that their reader wants later: whether they are still wanted then, and when."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.notifications import gate
from app.blueprints.notifications.kinds import Kind, kind_of_letter
from app.blueprints.notifications.models import Notification
from app.core import clock
from app.core.humane import day_there
from app.core.mail import GONE, MOOT, SEEN, UNWANTED, Mail, concerns, still_so
from app.core.models import one


def due_at(mail: Mail, user: User) -> datetime | None:
    """When a mail is to go out, as things stand; None, and called off, if it is not wanted any more."""
    moment = gate.wanted_at(mail)
    why = _why_not(mail, user)
    if moment is None or why:
        mail.call_off(why or UNWANTED)
        return None
    return moment


def kind_of(mail: Mail) -> str:
    """The name of the kind that a mail tells."""
    return _kind(mail).name


def reads_well(mail: Mail, user: User) -> bool:
    """Whether it can still go out as it was written: "until tomorrow" is wrong a day later."""
    written_on, today = (day_there(each, user.time_zone) for each in (mail.created_at, clock.now()))
    return mail.needed_by is None or written_on == today


def asks(mail: Mail) -> bool:
    """Whether its reader is to do something."""
    return _kind(mail).asks


def was_seen(mail: Mail, user_id: int) -> bool:
    """Whether its reader has been on the page that it leads to since it was written."""
    mine = (Notification.user_id == user_id, Notification.path == urlsplit(mail.url).path)
    seen = select(Notification.id).where(*mine, Notification.read_at >= mail.created_at)
    return one(seen.limit(1)) is not None


def _why_not(mail: Mail, user: User) -> str:
    if not concerns(mail):
        return GONE
    if not still_so(mail):
        return MOOT
    return SEEN if not asks(mail) and was_seen(mail, user.id) else ""


def _kind(mail: Mail) -> Kind:
    kind = kind_of_letter(mail.kind)
    assert kind is not None, "only what can be chosen is held"
    return kind
