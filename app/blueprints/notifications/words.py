"""How news reads to who hears of it."""

from __future__ import annotations

from flask_babel import gettext as _
from markupsafe import Markup

from app.blueprints.accounts.models import User
from app.blueprints.projects.activity import sentence
from app.core.events import Event
from app.core.features import Verb
from app.core.filenames import softly


def words_for(reader: User, event: Event, verb: Verb) -> Markup:
    """What happened, in one sentence: as in the log, unless that says more than its reader is to know."""
    if verb.news is None or verb.news.words is None:
        return sentence(event, verb, reader, linked=False)
    who = Markup("<b>{}</b>").format(event.actor_name or _("Somebody"))
    what = softly(event.facts["name"])
    return Markup(str(verb.news.words)) % {"who": who, "what": what}  # noqa: S704 - our own sentence
