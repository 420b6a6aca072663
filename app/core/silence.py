"""What owners read at the foot of their pages once background work or backups have stopped; else nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask_babel import gettext as _

from app.core import clock
from app.core.backup import Backup
from app.core.formats import since
from app.core.worker import Heartbeat

PATIENCE = timedelta(minutes=10)
"""So long a worker may take to start again, after an update for example."""


def silence() -> Iterator[str]:
    """A sentence for each thing that should have been heard of."""
    last = Heartbeat.last()
    if last is None:
        yield str(_("Nobody does the work in the background: no mail goes out."))
    elif last < clock.now() - PATIENCE:
        yield str(
            _("Work in the background has stopped %(since)s: no mail goes out.", since=since(last))
        )
    if Backup.is_overdue():
        yield str(_("There should be a newer backup."))
