"""Who hears of a new file: the other side, as long as the file is there for them; and of room that runs out."""

from __future__ import annotations

from app.blueprints.accounts.models import User
from app.blueprints.files.models import File
from app.blueprints.projects.hearers import clients_of, team_of
from app.core.events import Event
from app.core.features import News
from app.core.models import every, one
from app.extensions import db


def other_side(event: Event) -> list[User]:
    """For what the agency shows, the client's people who see it; for what a client gives, the team."""
    actor = db.session.get(User, event.actor_id) if event.actor_id else None
    if actor is None:
        return []
    people = clients_of(event, "files") if actor.is_staff else team_of(event)
    return [user for user in people if _is_there_for(user, event.facts["file"])]


def owners(_event: Event) -> list[User]:
    """Those who can make room."""
    return list(every(User.staff().where(User.agency_role == "owner")))


def _is_there_for(user: User, public_id: str) -> bool:
    there = File.visible_to(user).where(File.public_id == public_id)
    return one(there.with_only_columns(File.id)) is not None


NEW_FILE = News("files", other_side)
NO_ROOM = News("files", owners)
