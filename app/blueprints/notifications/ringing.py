"""The bell of a page that stays open: asked for again and again, so it must cost next to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from flask import Response, make_response, render_template, request, url_for
from flask_babel import get_locale
from flask_login import current_user, login_required

from app.blueprints.accounts.links import can_be_opened
from app.blueprints.accounts.login import viewer_of
from app.blueprints.notifications.blueprint import bp
from app.blueprints.notifications.lines import line_of
from app.blueprints.notifications.models import MANY, Notification
from app.blueprints.notifications.presence import Presence
from app.core.addresses import local_path
from app.core.features import Bell
from app.core.models import every
from app.extensions import db


@bp.get("/bell")
@login_required
def show_bell() -> Response:
    """The bell alone, and what has come to the page `at` while it was open. Unchanged, it is not even built."""
    rows = every(Notification.unread_of(current_user).order_by(Notification.id).limit(MANY))
    here = _of_page(rows)
    response = make_response()
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(_digest(rows, here))
    if response.make_conditional(request).status_code != 304:
        counted = Bell(url_for("notifications.index"), len(rows) - len(here))
        news = line_of(here[-1]) if here else None
        response.set_data(render_template("notifications/bell.html", bell=counted, news=news))
    return response


@bp.post("/presences")
@login_required
def note_presence() -> Response:
    """Note that the person has the page `at` before them, and has read what it has shown them by now."""
    path = local_path(request.form.get("at"))
    if can_be_opened(path):
        Presence.note(current_user, path)
        if request.form.get("shown"):
            Notification.read_all(current_user.id, path)
        db.session.commit()
    return make_response("", 204)


def _of_page(rows: Sequence[Notification]) -> list[Notification]:
    """What leads to the page from which the bell was asked; who looks as somebody else is not told."""
    path = request.args.get("at", "")
    return [] if not path or viewer_of(current_user) else [row for row in rows if row.path == path]


def _digest(rows: Sequence[Notification], here: Sequence[Notification]) -> str:
    state = (len(rows), [row.id for row in here], str(get_locale()))
    return sha256(repr(state).encode()).hexdigest()[:20]
