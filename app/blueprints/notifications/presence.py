"""Who has a thing before them is told on the page, and not by mail.

A page says every two minutes that somebody is at it, as long as they do something there. A mail about
that page waits a little then, so that the page can tell it first; once it has, the mail is called off.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, String, bindparam, text
from sqlalchemy.orm import Mapped, mapped_column

from app.blueprints.accounts.models import User
from app.blueprints.notifications.held import was_seen
from app.blueprints.notifications.kinds import kind_of_letter
from app.core import clock
from app.core.mail import SEEN, Mail
from app.core.models import Instant
from app.extensions import Base, db

FRESH = timedelta(minutes=4)
PATIENCE = timedelta(minutes=2)
"""How long a mail waits for the page to tell it: pages ask every minute."""

_NOTE = text(
    "INSERT INTO presences (user_id, path, at) VALUES (:user_id, :path, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=Instant))


class Presence(Base):
    """Where a person was last, by the page itself. One row for each, written rarely."""

    __tablename__ = "presences"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    path: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(Instant)

    @classmethod
    def note(cls, user: User, path: str) -> None:
        """Note that a person has a page before them now."""
        row = db.session.get(cls, user.id)
        if row is None:
            # Two tabs may be the first at once.
            values = {"user_id": user.id, "path": path[:300], "at": clock.now()}
            db.session.execute(_NOTE, values)
        else:
            row.path, row.at = path[:300], clock.now()

    def is_at(self, path: str) -> bool:
        """Whether the person has this page before them now."""
        return self.path == path and self.at > clock.now() - FRESH


def is_told_there(mail: Mail) -> bool:
    """Whether the page that a mail is about is open before its reader: then it waits, or is called off."""
    if kind_of_letter(mail.kind) is None or mail.user_id is None:
        return False
    presence = db.session.get(Presence, mail.user_id)
    if presence is None or not presence.is_at(urlsplit(mail.url).path):
        return False
    if was_seen(mail, mail.user_id):
        mail.call_off(SEEN)
    elif mail.created_at + PATIENCE > clock.now():
        mail.settle()
        mail.due_at = mail.created_at + PATIENCE
    else:
        return False
    return True
