"""A demo agency with 18 months behind it, so that everything can be tried on something."""

from __future__ import annotations

from flask import current_app, g
from sqlalchemy import select, update

from app.blueprints.accounts.models import User
from app.blueprints.accounts.signin import SignInLink
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.reminders import FollowUp
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.files.requests.reminders import RequestWatch
from app.core.addresses import full_url
from app.core.mail import Mail
from app.core.models import every, one
from app.demo import autumn, bakery, news, people, practice, yard
from app.demo.story import ZONE, Story
from app.extensions import db
from app.settings import Settings


def fill() -> None:
    """Make the demo agency in an empty portal. Its mails lie in the outbox, and are never sent."""
    story = Story()
    for part in (people, bakery, autumn, yard, practice):
        part.write(story)
    story.tell()
    people.visits(story)
    _look_tomorrow()
    db.session.flush()
    db.session.commit()  # The log is written now, and what it announces.
    news.spread()
    sent = {"due_at": None, "sent_at": Mail.created_at}
    db.session.execute(update(Mail).values(sent))
    g.pop("memberships", None)


def sign_in_links() -> list[tuple[str, str]]:
    """Fresh links for an owner, for a client, and for that client straight to what waits."""
    links = []
    owner, client = User.with_email(people.OWNER), User.with_email(people.APPROVER)
    if owner is not None:
        links.append((f"{owner.name}, owner of the agency", SignInLink.made_for(owner)))
    if client is not None:
        links.append((f"{client.name}, client", SignInLink.made_for(client)))
        waiting = one(Approval.waiting_for(client).limit(1))
        if waiting is not None:
            links.append((f"{client.name}, what waits for her", _link_to(client, waiting)))
    return links


def _look_tomorrow() -> None:
    """The worker has looked after what is open for today, so that it sends nothing at once."""
    for approval in every(select(Approval).where(Approval.state == "open")):
        FollowUp.of(approval).look_again([str(ZONE)])
    for number in every(select(FileRequest.id).where(FileRequest.state == "open")):
        RequestWatch.begin(number).look_again([str(ZONE)])


def _link_to(user: User, approval: Approval) -> str:
    settings: Settings = current_app.extensions["settings"]
    address = full_url("approvals.show", public_id=approval.public_id)
    return SignInLink.made_for(user, address.removeprefix(settings.url))
