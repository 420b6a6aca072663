"""What people can hear of, and how often each side hears of it unless somebody chooses otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.models import User
from app.core import features

NOW, DAILY, WEEKLY, OFF = "now", "daily", "weekly", "off"
OFTEN = (
    (NOW, _l("At once")),
    (DAILY, _l("Daily")),
    (WEEKLY, _l("Weekly")),
    (OFF, _l("Off")),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of news. `client`, `agency`: how often each side gets it by mail at first.

    `letters` are the templates of the mails that tell this kind alone. What `asks` for something is told
    until it is done, even to who has seen it. What is `bundled` waits some minutes for more of its kind.
    """

    name: str
    label: Any
    hint: Any
    client: str = NOW
    agency: str = NOW
    letters: tuple[str, ...] = ()
    asks: bool = False
    bundled: bool = False

    def usual_for(self, user: User) -> str:
        """How often somebody gets it who has not chosen."""
        return self.agency if user.is_staff else self.client


KINDS = (
    Kind(
        "asked",
        _l("Approval asked"),
        _l("Your decision is needed"),
        letters=("approval_asked", "approval_changed", "approval_review"),
        asks=True,
    ),
    Kind(
        "decided",
        _l("Decision"),
        _l("Something was approved, or changes are wanted"),
        letters=("approval_decided", "approval_reviewed", "approval_taken_back", "package_closed"),
    ),
    Kind(
        "reminder",
        _l("Reminder"),
        _l("Before something is due, and when it waits"),
        letters=("approval_reminder", "request_reminder"),
        asks=True,
    ),
    Kind(
        "request",
        _l("File request"),
        _l("Something is needed from you, or was given"),
        letters=("request_asked", "request_returned"),
        asks=True,
    ),
    Kind(
        "comment",
        _l("Comment"),
        _l("Somebody answers or mentions you"),
        letters=("comments_sent",),
        bundled=True,
    ),
    Kind(
        "update",
        _l("Update"),
        _l("How your projects get on"),
        agency=OFF,
        letters=("update",),
    ),
    Kind("files", _l("New file"), _l("A new file or version is there"), client=DAILY),
)


def kinds_in_use() -> list[Kind]:
    """The kinds that something which is on can bring."""
    used = {
        verb.news.kind
        for feature in features.active()
        for verb in feature.verbs.values()
        if verb.news
    }
    return [kind for kind in KINDS if kind.name in used]


def kind_of(name: str) -> Kind:
    """The kind of this name. Raises KeyError."""
    return _BY_NAME[name]


def kind_of_letter(template: str) -> Kind | None:
    """The kind that mails of this template tell; None for those that nobody can choose."""
    return next((kind for kind in KINDS if template in kind.letters), None)


_BY_NAME = {kind.name: kind for kind in KINDS}
