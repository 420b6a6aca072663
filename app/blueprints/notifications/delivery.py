"""When a person's next mail is due, and what goes into it.

One row for each person says when to look next. Whoever looks decides everything anew: what was read
meanwhile, muted, taken away or chosen otherwise is not told; what comes together goes together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.blueprints.accounts.models import User
from app.blueprints.notifications import letters
from app.blueprints.notifications.kinds import NOW
from app.blueprints.notifications.models import GONE, SEEN, UNWANTED, Notification
from app.blueprints.notifications.wishes import Wishes
from app.core import clock, features
from app.core.due import Drain, Due
from app.core.features import News
from app.core.models import every
from app.core.tokens import new_public_id
from app.extensions import db

AT_ONCE = 500

_MAKE = text(
    "INSERT INTO deliveries (public_id, created_at, user_id, tries, problem)"
    " VALUES (:public_id, :moment, :user_id, 0, '') ON CONFLICT DO NOTHING"
)


class Delivery(Due):
    """When to look next at what a person is to be told by mail."""

    __tablename__ = "deliveries"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)

    @classmethod
    def wake(cls, user_id: int, moment: datetime) -> None:
        """Have somebody look at a person's news at this moment, or earlier if that is planned already."""
        values = {"public_id": new_public_id(), "moment": clock.now(), "user_id": user_id}
        db.session.execute(_MAKE.bindparams(**values))
        mine = select(cls).where(cls.user_id == user_id).with_for_update()
        row = db.session.scalars(mine.execution_options(populate_existing=True)).one()
        row.due_at = min(row.due_at or moment, moment)


@dataclass(frozen=True, slots=True)
class Told:
    """A notification that waits, when it is due for its reader, and what its verb says of it."""

    notification: Notification
    due_at: datetime
    often: str
    news: News

    @property
    def bundle(self) -> tuple[str, int | None]:
        """What it goes together with: the rest of its project, or all that comes in a digest."""
        return self.often, self.notification.project_id if self.often == NOW else None


def tell(delivery: Delivery) -> None:
    """Queue the mails to a person that are due now, and say when to look again."""
    # Held: news that comes meanwhile waits, and wakes the row after us.
    db.session.refresh(delivery, with_for_update=True)
    user = db.session.get_one(User, delivery.user_id)
    waiting = every(Notification.waiting_for(user.id).limit(AT_ONCE))
    bundles: dict[tuple[str, int | None], list[Told]] = defaultdict(list)
    for told in _still_wanted(user, waiting):
        bundles[told.bundle].append(told)
    moment, next_look = clock.now(), []
    for (often, _place), bundle in bundles.items():
        due = [each for each in bundle if each.due_at <= moment]
        ready = bundle if due and often == NOW else due
        if ready:
            _send(user, ready)
        next_look += [each.due_at for each in bundle if each not in ready]
    if len(waiting) == AT_ONCE:
        next_look.append(moment)
    delivery.settle()
    delivery.due_at = min(next_look, default=None)


def _still_wanted(user: User, waiting: Sequence[Notification]) -> list[Told]:
    wishes, wanted = Wishes.of(user), []
    for notification in waiting:
        verb = features.verb(notification.event.verb)
        news = verb.news if verb else None
        if notification.read_at is not None:
            notification.not_mailed(SEEN)
        elif news is None or not _concerns(news, notification, user):
            notification.not_mailed(GONE)
        else:
            often = wishes.how_often(notification.kind, user)
            place = notification.project_id
            due_at = wishes.when(notification.at, often, place, alone=False)
            if due_at is None:
                notification.not_mailed(UNWANTED)
            else:
                wanted.append(Told(notification, due_at, often, news))
    return wanted


def _concerns(news: News, notification: Notification, user: User) -> bool:
    is_there = user.removed_at is None
    return is_there and any(each.id == user.id for each in news.who(notification.event))


def _send(user: User, bundle: Sequence[Told]) -> None:
    """One mail for all of these: the letter of the thing itself if there is but one, and it has one."""
    events = [each.notification.event for each in bundle]
    kinds = {each.notification.kind for each in bundle}
    write = bundle[0].news.letter if len(bundle) == 1 else None
    mail = write(events[0], user) if write else letters.write(user, events, kinds)
    if mail is None:
        bundle[0].notification.not_mailed(GONE)
        return
    db.session.flush()
    for each in bundle:
        each.notification.told_by(mail)


DRAIN = Drain("deliveries", Delivery, tell)
