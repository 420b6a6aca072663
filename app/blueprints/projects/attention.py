"""What the agency should look after: dates that have passed, clients who have become silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from app.blueprints.accounts.models import User
from app.blueprints.clients import access, welcome
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client, Membership
from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project, sees_project
from app.core import clock
from app.core.mail import Mail
from app.core.models import every
from app.extensions import db

SILENCE = timedelta(days=14)
DAYS_TO_COME = timedelta(days=3)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Late:
    """A day that has passed: of a milestone, or of a whole project, which then has no `title`."""

    project: Project
    on: date
    title: str = ""


@dataclass(frozen=True, slots=True)
class Silent:
    """A client whose people have not been here for a while; without `seen_at`, they never were."""

    client: Client
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who was asked into the portal and never came; `url` takes the POST that asks again."""

    name: str
    client: Client
    since: datetime
    url: str


def late_dates(user: User, today: date, *, mine: bool) -> Sequence[Late]:
    """The dates of running projects that have passed, the oldest first."""
    own: ColumnElement[bool] = Project.with_person(user) if mine else true()
    seen = (sees_project(user, Project.id, Project.client_id), Project.finished_at.is_(None), own)
    projects = (
        select(Project)
        .where(*seen, Project.due_on < today)
        .options(joinedload(Project.client))
        .order_by(Project.due_on, Project.id)
    )
    milestones = (
        Milestone.open()
        .join(Milestone.project)
        .join(Project.client)
        .where(*seen, Milestone.on < today)
        .options(contains_eager(Milestone.project).contains_eager(Project.client))
    )
    late = [Late(each, each.due_on or today) for each in every(projects.limit(SHOWN))]
    late += [Late(each.project, each.on, each.title) for each in every(milestones.limit(SHOWN))]
    return sorted(late, key=lambda each: each.on)[:SHOWN]


def silent_clients(user: User) -> Sequence[Silent]:
    """Clients with a running project of whom nobody was here for two weeks, the longest silence first."""
    seen_at = func.max(User.seen_at)
    runs = select(Project.client_id).where(Project.finished_at.is_(None))
    query = (
        select(Client, seen_at)
        .join(Membership, Membership.client_id == Client.id)
        .join(User, User.id == Membership.user_id)
        .where(access.sees_client(user, Client.id), Client.id.in_(runs))
        .group_by(Client.id)
        .having(or_(seen_at.is_(None), seen_at < clock.now() - SILENCE))
        .order_by(func.coalesce(seen_at, Client.created_at), Client.id)
        .limit(SHOWN)
    )
    return [Silent(client, seen_at) for client, seen_at in db.session.execute(query)]


def never_came(user: User) -> list[Absent]:
    """People who were invited to a client days ago and have not come yet, the longest wait first."""
    if not access.can(user, "invite"):
        return []
    before = clock.now() - DAYS_TO_COME
    found = [*_who_did_not_answer(user, before), *_who_never_signed_in(user, before)]
    return sorted(found, key=lambda each: each.since)[:SHOWN]


def _who_did_not_answer(user: User, before: datetime) -> Iterator[Absent]:
    query = Invitation.pending().where(
        Invitation.client_id.is_not(None),
        Invitation.sent_at < before,
        access.sees_client(user, Invitation.client_id),
    )
    for each in every(
        query.order_by(None).order_by(Invitation.sent_at, Invitation.id).limit(SHOWN)
    ):
        assert each.client is not None, "the query asks for those to clients"
        url = url_for("clients.resend_invitation", public_id=each.public_id)
        yield Absent(each.name, each.client, each.sent_at, url)


def _who_never_signed_in(user: User, before: datetime) -> Iterator[Absent]:
    """Those who were let in without an invitation, or lost its mail; asked again, they rest for days, too."""
    asked = select(Mail.id).where(Mail.user_id == User.id, Mail.kind == welcome.KIND)
    query = (
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(User.seen_at.is_(None), User.removed_at.is_(None), Membership.created_at < before)
        .where(access.sees_client(user, Membership.client_id))
        .where(~asked.where(Mail.created_at >= before).exists())
        .options(joinedload(Membership.client))
        .order_by(Membership.created_at, Membership.id)
    )
    for each in every(query.limit(SHOWN)):
        url = url_for("clients.remind_member", public_id=each.public_id)
        yield Absent(each.user.name, each.client, each.created_at, url)
