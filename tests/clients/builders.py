"""Plain helpers of these tests: invitations, their links, and two requests at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.blueprints.accounts.models import User
from app.blueprints.clients.invitations import Invitation
from app.blueprints.clients.models import Client, Membership
from app.core.events import Event
from app.core.mail import Mail
from app.core.models import every, one
from app.extensions import db

EMAIL = "annette@sonnenschein.de"


def an_invitation(client: Client, by: User, role: str = "approver", **more: Any) -> Invitation:
    """Somebody new, invited to a client; the mail lies in the outbox."""
    person = {"name": "Annette Sonnenschein", "email": EMAIL, "language": "en", **more}
    invitation = Invitation.to_client(client, role, by, **person)
    db.session.commit()
    return invitation


def last_mail() -> Mail:
    """The mail that was written last."""
    return db.session.scalars(db.select(Mail).order_by(Mail.id.desc())).first()


def link_in_last_mail() -> str:
    """The path of the invitation's page in the mail that was written last."""
    return re.search(r"/join/[\w-]+", last_mail().text).group()


def place_of(user: User, client: Client) -> Membership | None:
    """How a person belongs to a client, as the database has it now."""
    db.session.commit()
    return client.membership_of(user)


def person_with(email: str) -> User | None:
    """The person with an address, also one who was removed."""
    return one(db.select(User).where(User.email == email))


def verbs() -> list[str]:
    """What was recorded, but for the coming and going of people."""
    lines = every(db.select(Event).order_by(Event.id))
    return [line.verb for line in lines if not line.verb.startswith("session.")]


def posted(browser: Any, path: str, data: Any = None) -> Any:
    """Post a form and go where the answer leads, as a browser without scripts does."""
    answer = browser.post(path, data=data)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location)


def at_once(app: Flask, *requests: Callable[[FlaskClient], Any]) -> list[int]:
    """Send requests from browsers of their own in the same moment; gives their status codes in order."""
    db.session.commit()
    start = Barrier(len(requests))

    def send(request: Callable[[FlaskClient], Any]) -> int:
        browser = FlaskClient(app, app.response_class)
        start.wait()
        status: int = request(browser).status_code
        return status

    with ThreadPoolExecutor(len(requests)) as pool:
        return sorted(pool.map(send, requests))


def posting(signed_in: Any, path: str, data: Any = None) -> Callable[[FlaskClient], Any]:
    """A request for at_once(): a post from the browser of somebody who is signed in."""
    cookies = signed_in._cookies

    def post(browser: Any) -> Any:
        browser._cookies = dict(cookies)
        return browser.post(path, data=data)

    return post
