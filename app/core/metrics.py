"""/metrics: how the portal does, in the text format of Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate, chain, groupby

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock, features
from app.core.backup import Backup
from app.core.counts import BUCKETS, Key
from app.core.gauges import Gauge
from app.core.mail import Mail
from app.core.worker import Heartbeat
from app.extensions import db

BOUNDS = [*map(str, BUCKETS), "+Inf"]
LASTED = "foyer_request_seconds"


def written(counted: Counter[Key]) -> str:
    """All numbers: what was counted, and what the database says now."""
    return "\n".join([*_requests(counted), *_lasted(counted), *_gauges(_now()), ""])


def _now() -> list[Gauge]:
    brought = (each.gauges() for each in features.every_feature() if each.gauges)
    try:
        found = list(chain(_work(), _mails(), _ages(), *brought))
    except SQLAlchemyError:
        found = []
    help = "1 if the database could be asked."
    return [Gauge("foyer_database_up", help, int(bool(found))), *found]


def _requests(counted: Counter[Key]) -> Iterator[str]:
    yield from _head("foyer_requests_total", "Requests, by endpoint and status.", "counter")
    for (what, endpoint, status), number in sorted(counted.items()):
        if what == "requests":
            labels = {"endpoint": endpoint, "status": status}
            yield _line("foyer_requests_total", labels, number)


def _lasted(counted: Counter[Key]) -> Iterator[str]:
    yield from _head(LASTED, "How long requests took until the answer began.", "histogram")
    for endpoint in sorted({endpoint for what, endpoint, _ in counted if what == "within"}):
        counts = list(accumulate(counted["within", endpoint, bound] for bound in BOUNDS))
        for bound, count in zip(BOUNDS, counts, strict=True):
            yield _line(f"{LASTED}_bucket", {"endpoint": endpoint, "le": bound}, count)
        of = {"endpoint": endpoint}
        yield _line(f"{LASTED}_sum", of, counted["microseconds", endpoint, ""] / 1_000_000)
        yield _line(f"{LASTED}_count", of, counts[-1])


def _gauges(gauges: Iterable[Gauge]) -> Iterator[str]:
    for _name, group in groupby(gauges, key=lambda each: each.name):
        for number, each in enumerate(group):
            if number == 0:
                yield from _head(each.name, each.help, "gauge")
            yield _line(each.name, each.labels, each.value)


def _work() -> Iterator[Gauge]:
    """What is due, and how long the oldest of it has waited."""
    found = [(each.name, *each.table.backlog()) for each in features.every_drain()]
    for name, count, _oldest in found:
        yield Gauge("foyer_due_rows", "Rows that are due now.", count, {"drain": name})
    for name, _count, oldest in found:
        help = "For how long the oldest row has been due."
        yield Gauge("foyer_due_seconds", help, _since(oldest) or 0, {"drain": name})


def _mails() -> Iterator[Gauge]:
    counts = {
        "sent": Mail.sent_at.is_not(None),
        "waiting": Mail.waits(),
        "failed": Mail.failed_at.is_not(None),
        "returned": Mail.bounced_at.is_not(None),
        "called_off": Mail.called_off != "",
    }
    numbers = db.session.execute(
        select(*(func.count().filter(holds) for holds in counts.values())).select_from(Mail)
    ).one()
    for state, number in zip(counts, numbers, strict=True):
        yield Gauge("foyer_mails", "Mails that are kept, by state.", number, {"state": state})


def _ages() -> Iterator[Gauge]:
    newest = Backup.newest()
    ages = {
        "foyer_worker_seen_seconds": (Heartbeat.last(), "Since when no worker was seen."),
        "foyer_backup_age_seconds": (
            newest.made_at if newest else None,
            "How old the last backup is.",
        ),
    }
    for name, (instant, help) in ages.items():
        if (seconds := _since(instant)) is not None:
            yield Gauge(name, help, seconds)


def _since(instant: datetime | None) -> float | None:
    return round((clock.now() - instant).total_seconds(), 1) if instant else None


def _head(name: str, help: str, kind: str) -> list[str]:
    return [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    said = ",".join(f'{label}="{text}"' for label, text in labels.items())
    return f"{name}{{{said}}} {value}" if said else f"{name} {value}"
