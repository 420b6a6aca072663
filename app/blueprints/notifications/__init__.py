"""Notifications: everybody hears what concerns them, as they choose, and nobody too much."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.models import User
from app.blueprints.notifications import (
    announcements,
    delivery,
    gate,
    mail_log,
    presence,
    ringing,
    routes,
    settings,
    unsubscribing,
    wishes,
)
from app.blueprints.notifications.blueprint import bp
from app.blueprints.notifications.kinds import KINDS
from app.core import events, mail, wanting
from app.core.features import Feature, Link, Tip, Verb

__all__ = ["FEATURE", "mail_log", "ringing", "routes", "settings", "unsubscribing"]


def _menu(_user: User) -> Iterator[Link]:
    yield Link(_l("Notifications"), url_for("notifications.show_settings"), "bell", order=20)


def _tips(_user: User) -> Iterator[Tip]:
    yield Tip(
        _l("Stay informed"),
        _l(
            "You get a mail when something concerns you, as often as you like, and see it at the bell."
        ),
        url_for("notifications.show_settings"),
    )


FEATURE = Feature(
    name="notifications",
    label=_l("Notifications"),
    blueprint=bp,
    drains=(announcements.DRAIN, delivery.DRAIN),
    menu=_menu,
    tips=_tips,
    bell=routes.bell,
    verbs={
        "notifications.chosen": Verb(
            _l("%(who)s chose which mails they get."),
            _l("You chose which mails you get."),
            shown=False,
        ),
    },
)

wanting.WHO_WANTS.append(wishes.who_wants)
events.ON_RECORDED.append(announcements.announce)
mail.CAN_WAIT.update(letter for kind in KINDS for letter in kind.letters)
mail.CONCERNS.append(gate.concerns)
mail.WANTED.append(gate.wanted_at)
mail.TOLD_THERE.append(presence.is_told_there)
mail.BEFORE_HELD.append(delivery.look_soon)
mail.FEET.append(gate.foot_of)
