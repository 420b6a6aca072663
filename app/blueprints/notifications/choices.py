"""What people choose, kept; what waits for them is looked at anew at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time

from sqlalchemy import delete, select

from app.blueprints.accounts.models import User
from app.blueprints.notifications.delivery import Delivery
from app.blueprints.notifications.wishes import Choice, Mute, QuietHours
from app.core import clock
from app.extensions import db


def choose(user: User, kind: str, often: str) -> None:
    """Tell a person of this kind as often as this from now on, also of what waits already."""
    _hold(user)
    db.session.merge(Choice(user_id=user.id, kind=kind, often=often))
    _look_again(user)


def keep_quiet(user: User, *, at_night: bool, begins: time, ends: time, on_weekends: bool) -> None:
    """Set a person's quiet hours."""
    _hold(user)
    db.session.merge(
        QuietHours(
            user_id=user.id, at_night=at_night, begins=begins, ends=ends, on_weekends=on_weekends
        )
    )
    _look_again(user)


def mute(user: User, among: Collection[int], muted: Collection[int]) -> None:
    """Of the projects `among`, let those in `muted` send this person no mail, and the others again."""
    _hold(user)
    mine = (Mute.user_id == user.id, Mute.project_id.in_(among))
    db.session.execute(delete(Mute).where(*mine))
    db.session.add_all(Mute(user_id=user.id, project_id=each) for each in set(muted) & set(among))
    _look_again(user)


def _hold(user: User) -> None:
    """Let one choice of a person follow the other: mail programs unsubscribe while their readers do so, too."""
    mine = select(User.id).where(User.id == user.id)
    db.session.execute(mine.with_for_update(key_share=True))


def _look_again(user: User) -> None:
    Delivery.wake(user.id, clock.now())
