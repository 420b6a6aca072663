"""Who is signed in. Flask-Login's cookie holds the secret of one of our rows, not the number of a person."""

from __future__ import annotations

from flask import Response, g, make_response, redirect, request, session, url_for

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.links import wanted_path
from app.blueprints.accounts.models import User
from app.blueprints.accounts.sessions import UserSession
from app.core.events import record
from app.extensions import login

SECRET = "_user_id"  # the key under which Flask-Login looks

# Addresses of phones change all the time; the row is what can be trusted, and ended.
login.session_protection = None


@login.user_loader
def load(secret: str) -> User | None:
    """The person whose device holds this secret; the row is kept in `g.user_session`."""
    row = UserSession.of_secret(secret)
    if row is None:
        return None
    g.user_session = row
    row.touch()
    return row.user


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
        row.end()
        record("session.ended", row, by=row.user, where=device_of(request))
