"""How the events of this slice read."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.features import Verb


def _switched(event: Any) -> str:
    name = str(event.facts.get("name", ""))
    on = event.facts.get("on")
    return str(_("“%(name)s” on", name=name) if on else _("“%(name)s” off", name=name))


VERBS = {
    "invitation.sent": Verb(_l("%(who)s invited %(what)s."), _l("You invited %(what)s.")),
    "invitation.renewed": Verb(
        _l("%(what)s asked for a new invitation."),
        _l("%(what)s asked for a new invitation."),
        shown=False,
    ),
    "invitation.accepted": Verb(
        _l("%(who)s accepted the invitation to %(what)s."),
        _l("You accepted the invitation to %(what)s."),
        what=lambda event: str(event.facts.get("place", "")),
    ),
    "invitation.withdrawn": Verb(
        _l("%(who)s withdrew the invitation of %(what)s."),
        _l("You withdrew the invitation of %(what)s."),
    ),
    "membership.changed": Verb(
        _l("%(who)s changed what %(what)s may do."), _l("You changed what %(what)s may do.")
    ),
    "membership.reminded": Verb(
        _l("%(who)s invited %(what)s once more."), _l("You invited %(what)s once more.")
    ),
    "membership.ended": Verb(
        _l("%(who)s took away the access of %(what)s."),
        _l("You took away the access of %(what)s."),
    ),
    "person.unreached": Verb(
        _l("No mail reaches %(what)s any more."),
        _l("No mail reaches %(what)s any more."),
        shown=False,
    ),
    "person.tried_again": Verb(
        _l("%(who)s had mails sent to %(what)s again."),
        _l("You had mails sent to %(what)s again."),
        shown=False,
    ),
    "person.moved": Verb(
        _l("%(who)s gave %(what)s another address."),
        _l("You gave %(what)s another address."),
        shown=False,
    ),
    "client.created": Verb(
        _l("%(who)s added the client %(what)s."), _l("You added the client %(what)s.")
    ),
    "client.changed": Verb(
        _l("%(who)s changed the settings of %(what)s."),
        _l("You changed the settings of %(what)s."),
        shown=False,
    ),
    "feature.switched": Verb(
        _l("%(who)s switched %(what)s."), _l("You switched %(what)s."), what=_switched, shown=False
    ),
    "agency.changed": Verb(
        _l("%(who)s changed the settings of the portal."),
        _l("You changed the settings of the portal."),
        shown=False,
    ),
    "team.changed": Verb(
        _l("%(who)s changed the role of %(what)s."),
        _l("You changed the role of %(what)s."),
        shown=False,
    ),
    "team.removed": Verb(
        _l("%(who)s took away the access of %(what)s."),
        _l("You took away the access of %(what)s."),
        shown=False,
    ),
}
