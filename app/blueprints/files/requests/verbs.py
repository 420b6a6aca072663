"""How what the log says of requests reads, and who hears of it."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.files.requests.hearers import ASKED, GIVEN, REMINDED, REMINDED_ITSELF, RETURNED
from app.core.events import Event
from app.core.features import Verb


def _address(event: Event) -> str:
    return url_for("files.show_request", public_id=event.facts["request"])


def _with_whom(event: Event) -> str:
    """What somebody was reminded of, and who."""
    return f"{event.facts['name']} ({', '.join(event.facts['to'])})"


VERBS = {
    "request.asked": Verb(
        _l("%(who)s asks for files: %(what)s."),
        _l("You asked for files: %(what)s."),
        url=_address,
        news=ASKED,
    ),
    "request.changed": Verb(
        _l("%(who)s changed what is needed: %(what)s."),
        _l("You changed what is needed: %(what)s."),
        url=_address,
        news=ASKED,
    ),
    "request.closed": Verb(
        _l("%(who)s closed the request %(what)s."),
        _l("You closed the request %(what)s."),
        url=_address,
    ),
    "request.reopened": Verb(
        _l("%(who)s opened the request %(what)s again."),
        _l("You opened the request %(what)s again."),
        url=_address,
    ),
    "request.reminded": Verb(
        _l("%(who)s sent a reminder of %(what)s."),
        _l("You sent a reminder of %(what)s."),
        _with_whom,
        _address,
        shown=False,
        news=REMINDED,
    ),
    "request.reminded_itself": Verb(
        _l("There was a reminder of %(what)s."),
        _l("There was a reminder of %(what)s."),
        _with_whom,
        _address,
        shown=False,
        news=REMINDED_ITSELF,
    ),
    "item.given": Verb(
        _l("%(who)s gave what was asked for: %(what)s."),
        _l("You gave what was asked for: %(what)s."),
        url=_address,
        news=GIVEN,
    ),
    "item.lacking": Verb(
        _l("%(who)s does not have what was asked for: %(what)s."),
        _l("You said that you do not have this: %(what)s."),
        url=_address,
        news=GIVEN,
    ),
    "item.accepted": Verb(
        _l("%(who)s ticked off: %(what)s."), _l("You ticked off: %(what)s."), url=_address
    ),
    "item.returned": Verb(
        _l("%(who)s needs this once more: %(what)s."),
        _l("You returned: %(what)s."),
        url=_address,
        news=RETURNED,
    ),
    "item.withdrawn": Verb(
        _l("%(who)s does not need this any more: %(what)s."),
        _l("You took back: %(what)s."),
        url=_address,
    ),
}
