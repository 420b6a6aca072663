"""Files of a project, in all their versions."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.models import User
from app.blueprints.files import (
    archive,
    archiving,
    choices,
    clean_up,
    content,
    drawing,
    folder_routes,
    housekeeping,
    in_mails,
    links,
    moving,
    on_clients,
    on_updates,
    restoring,
    routes,
    storage_settings,
    texts,
    tus,
    verifying,
)
from app.blueprints.files.blueprint import bp
from app.blueprints.files.disposals import DRAIN as DISPOSALS
from app.blueprints.files.hearers import NEW_FILE, NO_ROOM
from app.blueprints.files.pages import count_of
from app.blueprints.files.places import VERBS as PLACES
from app.blueprints.files.requests import giving, judging, reminding, verbs, waiting
from app.blueprints.files.requests import routes as asking
from app.blueprints.files.requests.searched import REQUESTS
from app.blueprints.files.room import gauges
from app.blueprints.files.searched import FILES, FOLDERS
from app.blueprints.files.tips import tips
from app.blueprints.files.verification import wrong_versions
from app.core.events import Event
from app.core.features import Feature, Tab, Verb

__all__ = [
    "FEATURE",
    "archive",
    "archiving",
    "asking",
    "choices",
    "clean_up",
    "content",
    "drawing",
    "folder_routes",
    "giving",
    "housekeeping",
    "judging",
    "links",
    "moving",
    "on_updates",
    "restoring",
    "routes",
    "storage_settings",
    "texts",
    "tus",
    "verifying",
]


def _tab(project: Any, user: User) -> Tab:
    address = url_for("files.index", public_id=project.public_id)
    needed = waiting.count_for(user, project)
    return Tab("files", _l("Files"), address, count=count_of(project), waiting=needed)


def _file(event: Event) -> str:
    return url_for("files.show", public_id=event.facts["file"])


def _version(event: Event) -> str:
    return str(
        _l("%(name)s, version %(number)s", name=event.facts["name"], number=event.facts["version"])
    )


def _restored(event: Event) -> str:
    facts = event.facts
    return str(_l("%(name)s, version %(number)s", name=facts["name"], number=facts["restored"]))


def _client(event: Event) -> str:
    return url_for("clients.show", public_id=event.facts["page"], _anchor="storage")


on_clients.plug_in()

FEATURE = Feature(
    name="files",
    label=_l("Files"),
    about=_l("Drafts, finished work and what clients give you, in all their versions."),
    blueprint=bp,
    optional=True,
    section=True,
    tab=_tab,
    waiting=waiting.on_reader,
    with_clients=waiting.with_clients,
    dates=waiting.dates,
    drains=(drawing.DRAIN, reminding.DRAIN, DISPOSALS),
    verbs={
        "file.uploaded": Verb(
            _l("%(who)s uploaded %(what)s."),
            _l("You uploaded %(what)s."),
            url=_file,
            news=NEW_FILE,
        ),
        "version.uploaded": Verb(
            _l("%(who)s uploaded %(what)s."),
            _l("You uploaded %(what)s."),
            _version,
            _file,
            news=NEW_FILE,
        ),
        "version.restored": Verb(
            _l("%(who)s restored %(what)s."),
            _l("You restored %(what)s."),
            _restored,
            _file,
            news=NEW_FILE,
        ),
        "picture.posted": Verb(
            _l("%(who)s put the picture %(what)s into an update."),
            _l("You put the picture %(what)s into an update."),
            url=_file,
            shown=False,
        ),
        "text.written": Verb(
            _l("%(who)s wrote %(what)s."), _l("You wrote %(what)s."), url=_file, news=NEW_FILE
        ),
        "text.changed": Verb(
            _l("%(who)s changed the text of %(what)s."),
            _l("You changed the text of %(what)s."),
            url=_file,
            news=NEW_FILE,
        ),
        "link.added": Verb(
            _l("%(who)s added the link %(what)s."),
            _l("You added the link %(what)s."),
            url=_file,
            news=NEW_FILE,
        ),
        "link.changed": Verb(
            _l("%(who)s gave %(what)s a new address."),
            _l("You gave %(what)s a new address."),
            url=_file,
            news=NEW_FILE,
        ),
        "file.shared": Verb(
            _l("%(who)s shared %(what)s."), _l("You shared %(what)s."), url=_file, news=NEW_FILE
        ),
        "storage.scarce": Verb(
            _l("The storage of %(what)s is almost full."),
            _l("The storage of %(what)s is almost full."),
            url=_client,
            news=NO_ROOM,
        ),
        "file.unshared": Verb(
            _l("%(who)s made %(what)s internal."), _l("You made %(what)s internal."), url=_file
        ),
        "file.downloaded": Verb(
            _l("%(who)s downloaded %(what)s."),
            _l("You downloaded %(what)s."),
            _version,
            _file,
            shown=False,
        ),
        **verbs.VERBS,
        **PLACES,
    },
    searched=(FILES, FOLDERS, REQUESTS),
    tips=tips,
    proofs=(wrong_versions,),
    checks=(verifying.CHECK,),
    gauges=gauges,
)

in_mails.plug_in()
on_updates.plug_in()
