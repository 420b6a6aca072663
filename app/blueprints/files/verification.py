"""Whether the versions in the database are those whose arrival the log tells of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import lazyload

from app.blueprints.files.log import ARRIVALS, RESTORED
from app.blueprints.files.versions import Version
from app.core.audit import walk
from app.core.events import Event
from app.core.models import every


def wrong_versions() -> Iterator[str]:
    """A sentence for each version that has another hash, size, number or address than it came with."""
    yield from walk(Version, _compared)


def _compared(numbers: Sequence[int]) -> Iterator[str]:
    chosen = select(Version).where(Version.id.in_(numbers)).options(lazyload(Version.preview))
    versions = every(chosen)
    noted = {_place(line): line for line in every(_arrivals(versions))}
    for version in versions:
        line = noted.get(("version", version.id)) or noted.get(("file", version.file_id))
        if line is None or (line.subject_type == "file" and version.number != 1):
            continue  # It came in some other way, which left no line of this kind.
        told = {
            "SHA-256": (version.sha256, line.facts.get("sha256")),
            "SHA-256 of the copy": (version.copy_sha256, line.facts.get("copy_sha256")),
            "size": (version.size, line.facts.get("size")),
            "number": (version.number, line.facts.get("version")),
            "address": (version.url, line.facts.get("url")),
        }
        changed = ", ".join(name for name, (kept, came) in told.items() if kept != came)
        if changed:
            name = f"Version {version.id} ({version.name})"
            yield f"{name}: not what event {line.id} says, in {changed}."


def _arrivals(versions: Sequence[Version]) -> Select[Event]:
    first = and_(
        Event.subject_type == "file",
        Event.subject_id.in_([each.file_id for each in versions]),
        Event.verb.in_([first for first, _later in ARRIVALS.values()]),
    )
    later = and_(
        Event.subject_type == "version",
        Event.subject_id.in_([each.id for each in versions]),
        Event.verb.in_([RESTORED, *(later for _first, later in ARRIVALS.values())]),
    )
    # The last one counts: SQLite gives the number of a row that was deleted to another one.
    return select(Event).where(or_(first, later)).order_by(Event.id)


def _place(line: Event) -> tuple[str, int | None]:
    return line.subject_type, line.subject_id
