"""The secret addresses that carry dates into people's own calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Self

from flask import current_app, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ForeignKey, String, delete, select, true
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from app.blueprints.accounts.models import ON_REMOVED, User
from app.blueprints.clients.sections import UPDATES
from app.blueprints.projects.ical import calendar
from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project
from app.core import clock, features
from app.core.agency import Agency
from app.core.features import CalendarDate
from app.core.models import UNNESTED, Model, every, one
from app.core.tokens import new_public_id, sign, signed
from app.extensions import db

PAST = timedelta(days=90)
MOST = 1000


class CalendarFeed(Model):
    """The secret address under which a person's calendar program reads their dates."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    user: Mapped[User] = relationship(lazy="joined", innerjoin=UNNESTED)
    secret: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)

    @classmethod
    def of_user(cls, user: User) -> Self | None:
        """A person's feed, if they have asked for one."""
        return one(select(cls).where(cls.user_id == user.id))

    @classmethod
    def with_token(cls, token: str) -> Self | None:
        """The feed that an address belongs to: signed, not revoked, and its person still has access."""
        secret = signed("calendar", token)
        if not isinstance(secret, str):
            return None
        return one(select(cls).join(User).where(cls.secret == secret, User.removed_at.is_(None)))

    @classmethod
    def end(cls, user: User) -> None:
        """Take a person's address away: whoever is invited back must ask for a new one."""
        db.session.execute(delete(cls).where(cls.user_id == user.id))

    @property
    def token(self) -> str:
        return sign("calendar", self.secret)

    @classmethod
    def make(cls, user: User) -> Self:
        """Give a person an address; if they had one, it is dead from now on."""
        # Of two requests at once, the second waits and finds what the first has made.
        db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
        feed = cls.of_user(user)
        if feed is None:
            feed = cls(user_id=user.id, secret=new_public_id())
            db.session.add(feed)
        else:
            feed.secret = new_public_id()
        db.session.flush()
        return feed

    def as_ical(self) -> bytes:
        """What the person sees of dates, as their calendar program reads it."""
        settings = current_app.extensions["settings"]
        agency = Agency.current()
        with force_locale(self.user.language):
            entries = [
                entry
                for feature in features.active()
                if feature.dates
                for entry in feature.dates(self.user)
            ]
            return calendar(agency.name if agency else "", settings.host, settings.url, entries)


def dates_of(user: User) -> Iterator[CalendarDate]:
    """The milestones of a person's projects, and the days on which these are to be done."""
    earliest = clock.now().date() - PAST
    told = true() if user.is_staff else Project.showing(UPDATES.name)
    milestones = (
        Milestone.visible_to(user)
        .join(Project.client)
        .where(told, Milestone.on >= earliest)
        .options(contains_eager(Milestone.project))
        .order_by(Milestone.on, Milestone.id)
    )
    for milestone in every(milestones.limit(MOST)):
        title = f"{milestone.title} ({milestone.project.name})"
        yield _day(milestone, title, milestone.on, milestone.project)
    projects = Project.running(user).join(Project.client).where(told, Project.due_on >= earliest)
    for project in every(projects.order_by(Project.due_on, Project.id).limit(MOST)):
        title = _("%(project)s: to be done", project=project.name)
        yield _day(project, title, project.due_on or earliest, project)


def _day(row: Model, title: str, on: date, project: Project) -> CalendarDate:
    return CalendarDate(
        uid=row.public_id,
        title=title,
        url=url_for("projects.show", public_id=project.public_id),
        on=on,
        project_name=project.name,
        changed_at=row.created_at,
    )


ON_REMOVED.append(CalendarFeed.end)
