"""Who is signed in. Flask-Login's cookie holds the secret of one of our rows, not the number of a person."""

from __future__ import annotations

from flask import (
    Response,
    g,
    has_request_context,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import current_user

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.links import wanted_path
from app.blueprints.accounts.models import User
from app.blueprints.accounts.sessions import UserSession
from app.blueprints.accounts.viewings import Viewing
from app.core.events import record
from app.core.requests import note_person
from app.extensions import login

SECRET = "_user_id"  # the key under which Flask-Login looks
IDLE = (
    "Foyer-Idle"  # the header of what a page asks for by itself, while nobody does anything on it
)
VIEWING = "viewing"  # there while somebody looks at the portal as another person

# Addresses of phones change all the time; the row is what can be trusted, and ended.
login.session_protection = None


@login.user_loader
def load(secret: str) -> User | None:
    """The person whose device holds this secret, or as whom they look; the row is kept in `g.user_session`."""
    row = UserSession.of_secret(secret)
    if row is None:
        return None
    g.user_session = row
    note_person(row.user.public_id)
    if IDLE not in request.headers:
        row.touch()
    g.viewing = Viewing.open_on(row) if VIEWING in session else None
    return g.viewing.person if g.viewing else row.user


def viewing_now() -> Viewing | None:
    """Whom the reader looks as, if they do."""
    if not has_request_context() or VIEWING not in session or not current_user.is_authenticated:
        return None
    found: Viewing | None = g.get("viewing")
    return found


def viewer_of(user: User) -> User | None:
    """Who looks at the portal as this person in this request; None if they do themselves."""
    viewing = viewing_now()
    return viewing.by if viewing and viewing.person_id == user.id else None


@login.unauthorized_handler
def ask_to_sign_in() -> Response:
    """Lead to the sign-in page, and from there back to where the person wanted to go."""
    hint = request.args.get("to")
    address = url_for("accounts.show_sign_in", next=wanted_path() or None, hint=hint)
    if request.headers.get("HX-Request") != "true":
        return make_response(redirect(address, 303))
    response = make_response("", 204)
    response.headers["HX-Redirect"] = address
    return response


def sign_in(user: User) -> UserSession:
    """Sign a person in on the browser that asks; nothing of what it held before is kept."""
    sign_out()
    where = device_of(request)
    row, secret = UserSession.begin(user, where)
    session[SECRET] = secret
    session.permanent = True
    record("session.began", row, by=user, where=where)
    return row


def sign_out() -> None:
    """Sign out whoever is signed in on the browser that asks."""
    row = UserSession.of_secret(session.get(SECRET, ""))
    session.clear()
    if row is not None:
        Viewing.end_on(row, device_of(request))
        row.end()
        record("session.ended", row, by=row.user, where=device_of(request))
