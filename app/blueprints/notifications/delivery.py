"""When a person's next mail is due, and what goes into it.

One row for each person says when to look next. Whoever looks decides everything anew: what was read
meanwhile, muted, taken away or chosen otherwise is not told; what comes together goes together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.blueprints.accounts.models import User
from app.blueprints.notifications import held, letters
from app.blueprints.notifications.models import GONE, SEEN, UNWANTED, Notification
from app.blueprints.notifications.wishes import BUNDLE, Wishes
from app.core import clock, features
from app.core.due import Drain, Due
from app.core.features import News
from app.core.mail import GATHERED, Mail
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
    """News that waits, or a mail that is held, and when it is due for its reader."""

    thing: Notification | Mail
    due_at: datetime
    news: News | None = None

    @property
    def bundle(self) -> Hashable:
        """What it goes together with: the rest of its project, or all that its reader wants later."""
        at = self.thing.created_at if isinstance(self.thing, Mail) else self.thing.at
        waits = self.due_at > at + BUNDLE
        return "later" if waits else self.thing.project_id


def look_soon(mail: Mail) -> None:
    """Have somebody look at what waits for the reader of a mail, which is about to be held."""
    if mail.user_id:
        Delivery.wake(mail.user_id, clock.now())


def tell(delivery: Delivery) -> None:
    """Queue the mails to a person that are due now, and say when to look again."""
    # Held: news that comes meanwhile waits, and wakes the row after us.
    db.session.refresh(delivery, with_for_update=True)
    user = db.session.get_one(User, delivery.user_id)
    waiting = every(Notification.waiting_for(user.id).limit(AT_ONCE))
    mails = every(Mail.held_for(user.id).limit(AT_ONCE).with_for_update())
    bundles: dict[Hashable, list[Told]] = defaultdict(list)
    for told in [*_still_wanted(user, waiting), *_still_held(user, mails)]:
        bundles[told.bundle].append(told)
    moment, next_look = clock.now(), []
    for place, bundle in bundles.items():
        due = [each for each in bundle if each.due_at <= moment]
        ready = bundle if due and place != "later" else due
        if ready:
            _send(user, ready)
        next_look += [each.due_at for each in bundle if each not in ready]
    if AT_ONCE in (len(waiting), len(mails)):
        next_look.append(moment)
    delivery.settle()
    delivery.due_at = min(next_look, default=None)


def _still_held(user: User, mails: Sequence[Mail]) -> Iterator[Told]:
    for mail in mails:
        due_at = held.due_at(mail, user)
        if due_at is not None:
            mail.hold(due_at)
            yield Told(mail, due_at)


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
                wanted.append(Told(notification, due_at, news))
    return wanted


def _concerns(news: News, notification: Notification, user: User) -> bool:
    is_there = user.removed_at is None
    return is_there and any(each.id == user.id for each in news.who(notification.event))


def _send(user: User, bundle: Sequence[Told]) -> None:
    """One mail for all of these: the letter of the thing itself if there is but one, and it has one."""
    news = [each.thing for each in bundle if isinstance(each.thing, Notification)]
    mails = [each.thing for each in bundle if isinstance(each.thing, Mail)]
    if not news and len(mails) == 1 and held.reads_well(mails[0], user):
        mails[0].let_go()
        return
    write = bundle[0].news.letter if len(bundle) == 1 and bundle[0].news else None
    if write:
        mail = write(news[0].event, user)
    else:
        kinds = {each.kind for each in news} | {held.kind_of(each) for each in mails}
        mail = letters.write(user, [each.event for each in news], kinds, mails)
    if mail is None:
        news[0].not_mailed(GONE)
        return
    db.session.flush()
    for each in news:
        each.told_by(mail)
    for letter in mails:
        letter.call_off(GATHERED)


DRAIN = Drain("deliveries", Delivery, tell)
