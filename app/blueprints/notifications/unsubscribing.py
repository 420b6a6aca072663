"""One-click unsubscribing (RFC 8058): a signed address in each mail; opening it changes nothing, a POST does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, url_for

from app.blueprints.accounts.models import User
from app.blueprints.accounts.viewing import personal
from app.blueprints.notifications.blueprint import bp
from app.blueprints.notifications.choices import choose
from app.blueprints.notifications.kinds import KINDS, OFF, Kind
from app.blueprints.notifications.mail_links import PURPOSE
from app.core.events import record
from app.core.fragments import go
from app.core.models import one
from app.core.tokens import signed
from app.extensions import csrf, db


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants no more mails of which kinds."""

    user: User
    kinds: Sequence[Kind]


@bp.get("/unsubscribe/<token>")
@personal
def show_unsubscribing(token: str) -> Any:
    return render_template("notifications/unsubscribe.html", wish=_wish(token), token=token)


@bp.post("/unsubscribe/<token>")
@csrf.exempt
def create_unsubscribing(token: str) -> Any:
    """Mail programs send this without a session; the signature in the address says who asks."""
    wish = _wish(token)
    for kind in wish.kinds:
        choose(wish.user, kind.name, OFF)
    record(
        "notifications.chosen", wish.user, by=wish.user, kinds=[kind.name for kind in wish.kinds]
    )
    db.session.commit()
    return go(url_for("notifications.show_unsubscribed", token=token))


@bp.get("/unsubscribe/<token>/done")
@personal
def show_unsubscribed(token: str) -> Any:
    return render_template("notifications/unsubscribed.html", wish=_wish(token))


def _wish(token: str) -> Wish:
    said = signed(PURPOSE, token)
    if not isinstance(said, list) or not said:
        abort(404)
    user = one(User.present().where(User.public_id == str(said[0])))
    kinds = [kind for kind in KINDS if kind.name in said[1:]]
    if user is None or not kinds:
        abort(404)
    return Wish(user, kinds)
