"""People and how they sign in."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.accounts import account, housekeeping, login, mailbox, routes, set_up, viewing
from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.mailbox import mailbox_url
from app.blueprints.accounts.models import User
from app.blueprints.accounts.sessions import gauges
from app.core import backup, chores, delivering, mail_keeping
from app.core.features import Feature, Link, Verb

__all__ = [
    "FEATURE",
    "account",
    "housekeeping",
    "login",
    "mail_keeping",
    "mailbox",
    "routes",
    "set_up",
    "viewing",
]


def _menu(_user: User) -> Iterator[Link]:
    yield Link(_l("My account"), url_for("accounts.show_account"), "person")
    yield Link(_l("Signed-in devices"), url_for("accounts.list_sessions"), "device")
    if mailbox_url():
        yield Link(_l("Mailbox of the demo"), mailbox_url(), "mail")


FEATURE = Feature(
    name="accounts",
    label=_l("Sign-in"),
    blueprint=bp,
    menu=_menu,
    gauges=gauges,
    drains=(delivering.DRAIN, chores.DRAIN, backup.DRAIN),
    verbs={
        "session.began": Verb(_l("%(who)s signed in."), _l("You signed in."), shown=False),
        "session.ended": Verb(_l("%(who)s signed out."), _l("You signed out."), shown=False),
        "account.changed": Verb(
            _l("%(who)s changed their account."), _l("You changed your account."), shown=False
        ),
        "viewing.began": Verb(
            _l("%(who)s looked at the portal as %(what)s."),
            _l("You looked at the portal as %(what)s."),
            shown=False,
        ),
        "viewing.ended": Verb(
            _l("%(who)s no longer looks at the portal as %(what)s."),
            _l("You no longer look at the portal as %(what)s."),
            shown=False,
        ),
        "agency.began": Verb(
            _l("%(who)s set up the portal of %(what)s."), _l("You set up the portal of %(what)s.")
        ),
    },
)
