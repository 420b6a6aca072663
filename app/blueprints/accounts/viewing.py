"""While somebody looks at the portal as a client's person: nothing is changed, and what is personal stays so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, flash, g, request, session, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.login import VIEWING, viewing_now
from app.blueprints.accounts.models import User
from app.blueprints.accounts.viewings import Viewing
from app.core import events
from app.core.database import reading
from app.core.fragments import go
from app.core.security import error_page
from app.extensions import csrf, db

SAFE = {"GET", "HEAD", "OPTIONS"}
CHANGES_NOTHING = {"accounts.end_viewing", "accounts.delete_session"}
"""What may be sent while somebody looks: that they stop."""
TOKEN, KEPT = "csrf_token", "csrf_token_kept"
View = TypeVar("View", bound=Callable[..., Any])


def personal(view: View) -> View:
    """Mark a view that shows or uses what belongs to a person alone: nobody sees it as them."""
    view.personal = True  # type: ignore[attr-defined]
    return view


def is_personal(address: str) -> bool:
    """Whether the page at an address of ours belongs to a person alone."""
    try:
        endpoint, _values = current_app.url_map.bind("localhost").match(urlsplit(address).path)
    except HTTPException:
        return False
    return bool(getattr(current_app.view_functions.get(endpoint), "personal", False))


def look_as(person: User) -> Viewing:
    """Let this device show the portal as a person sees it, until that ends."""
    viewing = Viewing.begin(g.user_session, person)
    session[VIEWING] = viewing.public_id
    # Pages from before can't be sent now, and work again later; pages from now on never work later.
    session[KEPT] = session.pop(TOKEN, None)
    return viewing


@bp.post("/viewing/ending")
@csrf.exempt
def end_viewing() -> Any:
    """End the view; also from a page that has been open since before it ended by itself."""
    if current_user.is_authenticated:
        Viewing.end_on(g.user_session, device_of(request))
        db.session.commit()
    _leave()
    return go("/")


def refuse_changes() -> Any:
    """Before everything else, and without asking the database: who only looks sends nothing."""
    if VIEWING not in session or request.method in SAFE or request.endpoint in CHANGES_NOTHING:
        return None
    with reading():
        viewing = viewing_now()
        if viewing:
            text = _("You only look, as %(name)s does. Nothing was sent.", name=viewing.person.name)
        else:
            _leave()
            text = _("You no longer look at the portal as somebody else. Nothing was sent.")
        answer = error_page(403, _("Nothing was changed."), text)
        db.session.rollback()
    return answer


@bp.before_app_request
def keep_to_what_may_be_seen() -> Any:
    """Keep what is a person's own from who looks as them; say when the view has ended by itself."""
    if VIEWING not in session or not current_user.is_authenticated:
        return None
    viewing = viewing_now()
    if viewing is None:
        _leave()
        flash(_("You are yourself again: the view as somebody else ended after half an hour."))
    elif getattr(current_app.view_functions.get(request.endpoint or ""), "personal", False):
        text = _("This is for %(name)s alone.", name=viewing.person.name)
        return error_page(403, _("This stays personal."), text)
    return None


@bp.app_context_processor
def _banner() -> dict[str, Any]:
    """What says, in the language of who looks, that they do."""
    viewing = viewing_now() if request else None
    if viewing is None:
        return {}
    with force_locale(viewing.by.language):
        words = Markup(_("You see the portal as <b>%(name)s</b> does, and only look."))  # noqa: S704
        said = {"words": words % {"name": viewing.person.name}, "end": _("End the view")}
    return {"viewing": {**said, "url": url_for("accounts.end_viewing")}}


def _leave() -> None:
    session.pop(VIEWING, None)
    if token := session.pop(KEPT, None):
        session[TOKEN] = token
    else:
        session.pop(TOKEN, None)


def _who_really_acts(actor: Any) -> Any:
    """Who looks, if what is recorded is said to be done by the person they look as."""
    viewing = viewing_now()
    return viewing.by if viewing and viewing.person_id == actor.id else None


def _guard_first(state: Any) -> None:
    state.app.before_request_funcs.setdefault(None, []).insert(0, refuse_changes)


bp.record_once(_guard_first)
events.STANDS_FOR.append(_who_really_acts)
