"""The mail that brings an update: all of it, so that nobody must sign in to read it."""

from __future__ import annotations

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.projects import hooks
from app.blueprints.projects.updates import Update
from app.core import mail
from app.core.agency import COLOUR, Agency
from app.core.events import Event
from app.core.mail import Mail
from app.core.models import one
from app.extensions import db


def update_letter(event: Event, user: User) -> Mail | None:
    """Queue a mail with an update; None if it is not there for this person."""
    scope = Update.visible_to(user).where(Update.public_id == event.facts["update"])
    update = one(scope)
    author = db.session.get(User, update.author_id) if update else None
    if update is None or author is None:
        return None
    place = event.facts["in_project"]
    client = db.session.get(Client, event.client_id) if event.client_id else None
    agency = Agency.current()
    parts = hooks.parts_of([update], user)[update.id]
    return mail.queue(
        "update",
        user.recipient,
        reply_to=author.email,
        thread=f"project-{place}",
        project_id=event.project_id,
        update=update,
        parts=parts,
        picture_of=next((each.picture_of for each in parts if each.picture_of), None),
        author=author,
        project_name=event.facts["project_name"],
        called=user.called,
        button_url=personal_url(
            user, "projects.show", public_id=place, _anchor=f"update-{update.public_id}"
        ),
        colour=(client.colour if client else "") or (agency.colour if agency else COLOUR),
    )
