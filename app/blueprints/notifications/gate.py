"""What people choose holds for the mails that other slices write, too: asked right before one is sent."""

from __future__ import annotations

from datetime import datetime

from app.blueprints.accounts.models import User
from app.blueprints.notifications.kinds import kind_of_letter
from app.blueprints.notifications.mail_links import settings_url, unsubscribe_url
from app.blueprints.notifications.wishes import Wishes
from app.blueprints.projects.models import Project
from app.core import clock
from app.core.mail import Mail, Recipient
from app.core.models import one
from app.extensions import db


def wanted_at(mail: Mail) -> datetime | None:
    """When the reader of a mail wants it; None for never. What nobody can choose, such as a sign-in, goes at once."""
    kind, user = kind_of_letter(mail.kind), _person(mail.user_id)
    if kind is None or user is None:
        return clock.now()
    wishes = Wishes.of(user)
    often = wishes.how_often(kind.name, user)
    return wishes.when(mail.created_at, often, mail.project_id, alone=not kind.bundled)


def concerns(mail: Mail) -> bool:
    """Whether its reader is still here and sees the project: a mail can wait for days, and says much."""
    user = _person(mail.user_id)
    if user is None or user.removed_at is not None:
        return user is None
    if mail.project_id is None:
        return True
    there = Project.visible_to(user).where(Project.id == mail.project_id)
    return one(there.with_only_columns(Project.id)) is not None


def foot_of(template: str, to: Recipient) -> dict[str, str]:
    """Where the reader chooses, and ends mails of this kind."""
    kind, user = kind_of_letter(template), _person(to.user_id)
    if user is None or (kind is None and template != "news"):
        return {}
    addresses = {"settings_url": settings_url(user)}
    return addresses | ({"unsubscribe_url": unsubscribe_url(user, [kind.name])} if kind else {})


def _person(number: int | None) -> User | None:
    return db.session.get(User, number) if number else None
