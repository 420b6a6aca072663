"""The bell, and the page behind it: what is new for somebody, read one by one or all at once."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.exc import OperationalError

from app.blueprints.accounts.login import viewer_of
from app.blueprints.accounts.models import User
from app.blueprints.clients.access import find_or_404
from app.blueprints.notifications.blueprint import bp
from app.blueprints.notifications.lines import line_of
from app.blueprints.notifications.models import MANY, Notification
from app.core.database import writing
from app.core.features import Bell
from app.core.fragments import respond
from app.core.paging import page
from app.core.prepared import Prepared
from app.extensions import db

SIZE = 30


@bp.get("/news")
@login_required
def index() -> Response:
    return respond("notifications/index.html", "news", **_page())


@bp.post("/news/readings")
@login_required
def read_all() -> Response:
    Notification.read_all(current_user.id)
    db.session.commit()
    address = url_for("notifications.index")
    return respond("notifications/index.html", "news", then=address, said=_("All read."), **_page())


@bp.post("/news/<public_id>/reading")
@login_required
def read(public_id: str) -> Response:
    notification: Notification = find_or_404(Notification.of(current_user), public_id)
    notification.read()
    db.session.commit()
    address = url_for("notifications.index", at=request.args.get("at"))
    return respond("notifications/index.html", "news", then=address, **_page())


@bp.after_app_request
def read_what_is_open(response: Response) -> Response:
    """Whoever has the very thing before them needs no mail of it any more."""
    if g.pop("news_is_open", False) and response.status_code == 200:
        number = current_user.id
        db.session.commit()
        try:
            with writing():
                Notification.read_all(number, request.path)
                db.session.commit()
        except OperationalError:  # A busy database must not cost a page that is there already.
            db.session.rollback()
    return response


UNREAD = Prepared[str](
    lambda reader: Notification.unread_of(reader).with_only_columns(Notification.path).limit(MANY)
)


def bell(user: User) -> Bell:
    """How much is new for a person, without what is on the page that they open."""
    if "bell" not in g:
        paths = UNREAD.rows(user).all()
        looks = request.method == "GET" and not viewer_of(user)
        here = paths.count(request.path) if looks else 0
        g.news_is_open = here > 0
        g.bell = Bell(url_for("notifications.index"), len(paths) - here)
    kept: Bell = g.bell
    return kept


def _page() -> dict[str, Any]:
    g.pop("bell", None)  # What was read just now counts no more.
    newest = (Notification.id.desc(),)
    found = page(Notification.of(current_user), newest, request.args.get("at"), SIZE)
    lines = [line for line in map(line_of, found.rows) if line]
    return {"lines": lines, "found": found, "at": request.args.get("at")}
