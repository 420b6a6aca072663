"""What is kept: whether bytes can be stored, and whether there are backups."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

from flask_babel import gettext as _

from app.core import clock
from app.core.amounts import size
from app.core.backup import Backup
from app.core.checks import Outcome, ok, problem, warning
from app.core.formats import ago
from app.core.storage import new_key, storage

UNREAD = timedelta(days=40)


def look_at_storage() -> Iterator[Outcome]:
    """Write something, read it, delete it."""
    key, content = new_key(), secrets.token_bytes(1000)
    try:
        storage().put(key, BytesIO(content))
        is_same = b"".join(storage().read(key)) == content
    finally:
        storage().delete(key)
    if is_same and not storage().exists(key):
        yield ok(_("Files can be written, read and deleted."))
    else:
        says = _("What is written is not what is read, or can't be deleted.")
        yield problem(says, _("Let somebody look at the disk, or at the rights on the bucket."))


def look_at_backups() -> Iterator[Outcome]:
    """Whether there is a new one, and when all of it was last read."""
    standing = Backup.standing()
    if not standing.is_set:
        yield warning(_("No backups are made."), _("Set FOYER_BACKUP_TO."))
        return
    if standing.problem:
        advice = _("“foyer backup” makes one now, and says what is wrong.")
        yield warning(_("The last one said: %(words)s", words=standing.problem), advice)
    newest = standing.newest
    if standing.is_overdue or newest is None:
        says = _("There is none yet.") if newest is None else _last(newest)
        verdict = problem if standing.is_overdue else warning
        yield verdict(says, _("It is made by the worker. By hand: “foyer backup”."))
    else:
        yield from _read(newest)


def _read(newest: Backup) -> Iterator[Outcome]:
    checked = Backup.last_check()
    if checked is None or checked < clock.now() - UNREAD:
        says = _last(newest) + " " + _("It was long ago, or never, that all of one was read again.")
        yield warning(says, "foyer backup check")
    else:
        yield ok(_last(newest) + " " + _("All of one was read again %(ago)s.", ago=ago(checked)))


def _last(newest: Backup) -> str:
    when, amount = ago(newest.made_at), size(newest.size)
    return str(_("The last one was made %(ago)s, %(size)s.", ago=when, size=amount))
