"""Reminding of requests: by itself on working mornings, or by somebody of the agency, never twice a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.files.requests import letters, log
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.files.requests.reminders import (
    RequestReminder,
    RequestWatch,
    mornings_of,
    next_of,
    watch_open_ones,
)
from app.core import clock, features
from app.core.agency import agency_zone
from app.core.due import Drain
from app.core.events import Device
from app.core.humane import day_there, is_humane
from app.core.mail import ONLY_IF, Mail
from app.core.models import every
from app.core.watch import NobodyToRemind, RemindedToday, is_today
from app.extensions import db


def remind_now(asked: FileRequest, by: User, where: Device) -> list[User]:
    """Remind everybody who can give what is missing, at once. Raises RemindedToday, NobodyToRemind."""
    asked.hold()
    people = asked.awaited()
    if not people:
        raise NobodyToRemind
    fresh = [user for user in people if not _is_today_of(user, asked)]
    if not fresh or is_today(RequestReminder.last_at([asked.id]).get(asked.id)):
        raise RemindedToday
    _remind(asked, fresh, by, where)
    return fresh


def look(watch: RequestWatch) -> None:
    """Remind those for whom the time has come, and say when to look again."""
    asked = db.session.get_one(FileRequest, watch.request_id).hold()
    if asked.state != "open":
        watch.settle()
        return
    moment, people = clock.now(), asked.awaited()
    mornings = mornings_of(asked, people)
    late = [user for user in people if any(each <= moment for each in mornings[user.id])]
    _remind(asked, [user for user in late if is_humane(moment, user.time_zone)], None)
    watch.look_again([user.time_zone for user in people] or [agency_zone()])


def is_still_so(reminder: Mail) -> bool:
    """Whether a reminder in the outbox is to be sent: a mail server that was away must not remind of what is there."""
    asked = letters.request_of(reminder)
    return (
        features.is_on("files")
        and asked is not None
        and reminder.user_id in {user.id for user in asked.awaited()}
    )


def reminders_of(asked: FileRequest) -> dict[str, Any]:
    """For the agency: whom a reminder would reach, when the last one went, and when the next one goes by itself."""
    people = asked.awaited()
    last = RequestReminder.last_at([asked.id]).get(asked.id)
    return {
        "people": people,
        "last": last,
        "is_done_today": is_today(last),
        "next": next_of(asked, people) if people else None,
    }


def _remind(
    asked: FileRequest, people: Sequence[User], by: User | None, where: Device | None = None
) -> None:
    for user in people:
        RequestReminder.note(asked, user, by)
        letters.remind(asked, user, by)
    if people:
        log.reminded(asked, people, by, where)


def _is_today_of(user: User, asked: FileRequest) -> bool:
    """Whether this person was reminded today, by their own clock."""
    today = day_there(clock.now(), user.time_zone)
    mine = (RequestReminder.request_id == asked.id, RequestReminder.user_id == user.id)
    return bool(every(select(RequestReminder.id).where(*mine, RequestReminder.day == today)))


ONLY_IF["request_asked"] = ONLY_IF["request_reminder"] = is_still_so
DRAIN = Drain("request reminders", RequestWatch, look, prepare=watch_open_ones)
