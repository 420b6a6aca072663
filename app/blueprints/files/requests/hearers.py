"""Who hears of requests: whoever can give something, as long as it is missing, and who waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.models import User
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.core.events import Event
from app.core.features import News
from app.core.models import every, one
from app.extensions import db

KIND = "request"


def who_can_give(event: Event) -> Sequence[User]:
    """The client's people, if anything is asked for that is not there yet."""
    asked = _request_of(event)
    return asked.awaited() if asked and event.facts.get("needed", True) else ()


def who_was_reminded(event: Event) -> Sequence[User]:
    """Who was reminded, as long as anything is missing."""
    return [user for user in who_can_give(event) if user.public_id in event.facts.get("hears", ())]


def who_gave(event: Event) -> Sequence[User]:
    """Who gave what was returned, as long as it is needed once more; everybody who can, if they are gone."""
    asked, item = _request_of(event), db.session.get(RequestedItem, event.subject_id)
    return item.whom_to_ask_again() if asked and item else ()


def who_waits(event: Event) -> Sequence[User]:
    """Who asked, and who leads the project, if they still see it."""
    asked = _request_of(event)
    return who_waits_for(asked) if asked else ()


def who_waits_for(asked: FileRequest) -> Sequence[User]:
    """Who of the agency hears that something has come."""
    numbers = {asked.asked_by_id, asked.project.lead_id} - {None}
    people = every(User.present().where(User.id.in_(numbers)).order_by(User.id))
    return list(_who_see(people, asked))


def _request_of(event: Event) -> FileRequest | None:
    return FileRequest.by_public_id(event.facts["request"])


def _who_see(people: Iterable[User], asked: FileRequest) -> Iterable[User]:
    mine = FileRequest.id == asked.id
    return (user for user in people if one(FileRequest.visible_to(user).where(mine)))


ASKED = News(KIND, who_can_give, by_mail=False)
RETURNED = News(KIND, who_gave, by_mail=False)
REMINDED = News(
    "reminder", who_was_reminded, by_mail=False, words=_l("%(who)s reminds you: %(what)s.")
)
REMINDED_ITSELF = News(
    "reminder", who_was_reminded, by_mail=False, words=_l("Still needed from you: %(what)s.")
)
GIVEN = News(KIND, who_waits)
