"""People and how they sign in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.routes import bp
from app.core import mail
from app.core.features import Feature, Verb

FEATURE = Feature(
    name="accounts",
    label=_l("Sign-in"),
    blueprint=bp,
    drains=(mail.DRAIN,),
    verbs={
        "session.began": Verb(_l("%(who)s signed in"), _l("You signed in"), shown=False),
    },
)
