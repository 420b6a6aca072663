"""What the people of the demo have heard of: all of it, and what is new since their last visit is unread."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select, update

from app.blueprints.accounts.models import User
from app.blueprints.notifications.announcements import Announcement
from app.blueprints.notifications.delivery import Delivery
from app.blueprints.notifications.models import QUIET, Notification
from app.core.models import every
from app.extensions import db


def spread() -> None:
    """Tell everybody what has happened, without a single mail."""
    with current_app.test_request_context(base_url=current_app.extensions["settings"].url):
        for announcement in every(select(Announcement)):
            announcement.spread()
    db.session.execute(update(Notification).values(mail_state=QUIET))
    db.session.execute(update(Delivery).values(due_at=None))
    for user in every(select(User)):
        before = Notification.at <= (user.last_visit_at or user.created_at)
        mine = update(Notification).where(Notification.user_id == user.id, before)
        db.session.execute(mine.values(read_at=Notification.at))
