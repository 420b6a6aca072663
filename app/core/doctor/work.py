"""Background work: whether somebody does it, and whether it piles up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask, current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from redis import RedisError

from app.core import clock, features
from app.core.checks import Outcome, ok, problem, warning
from app.core.formats import ago, since
from app.core.worker import Heartbeat, redis_of

LATE = timedelta(minutes=15)


def look_at_worker() -> Iterator[Outcome]:
    """Whether one was seen a moment ago."""
    last = Heartbeat.last()
    if Heartbeat.is_fresh():
        yield ok(_("It works."))
    elif last is None:
        yield problem(_("There has never been one."), "systemctl enable --now foyer-worker")
    else:
        says = _("It was last seen %(ago)s. No mail goes out.", ago=ago(last))
        yield problem(says, "systemctl restart foyer-worker; journalctl -u foyer-worker")


def look_at_queues() -> Iterator[Outcome]:
    """Whether something is due for long."""
    late = []
    for drain in features.every_drain():
        count, oldest = drain.table.backlog()
        if oldest is not None and oldest < clock.now() - LATE:
            says = ngettext(
                "%(name)s: %(num)s is due %(since)s.",
                "%(name)s: %(num)s are due, the oldest %(since)s.",
                count,
                name=drain.name,
                since=since(oldest),
            )
            late.append(
                warning(says, _("Is the worker running? What it says: journalctl -u foyer-worker"))
            )
    yield from late or [ok(_("Nothing that is due has to wait."))]


def look_at_redis() -> Iterator[Outcome]:
    """Whether it answers, if it is used."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not app.extensions["settings"].redis_url:
        return
    try:
        redis_of(app).ping()
    except RedisError as error:
        says = _("Redis can't be reached (%(why)s).", why=type(error).__name__)
        yield problem(says, _("See that it runs, and that FOYER_REDIS_URL is right."))
    else:
        yield ok(_("Redis answers."))
