"""A calendar as RFC 5545 wants it: entries of whole days, or at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from app.core.features import CalendarDate

OCTETS = 75
REFRESH = "PT1H"


def calendar(name: str, host: str, base: str, entries: Iterable[CalendarDate]) -> bytes:
    """The calendar `name`. `host` makes the ids unique in the world, `base` the addresses whole."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Foyer//Foyer//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        *(line for entry in entries for line in _event(entry, host, base)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(entry: CalendarDate, host: str, base: str) -> Iterator[str]:
    url = entry.url if "://" in entry.url else base + entry.url
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}@{host}"
    yield f"DTSTAMP:{_instant(entry.changed_at)}"
    if isinstance(entry.on, datetime):
        yield f"DTSTART:{_instant(entry.on)}"
    else:
        yield f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}"
    yield f"SUMMARY:{_text(entry.title)}"
    yield f"DESCRIPTION:{_text(entry.project_name)}"
    yield f"URL:{url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(raw: str) -> str:
    escaped = raw.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """The line as pieces of at most 75 octets, never cut inside of a character."""
    folded, used = [], 0
    for character in line:
        octets = len(character.encode())
        if used + octets > OCTETS:
            folded.append("\r\n ")
            used = 1
        folded.append(character)
        used += octets
    return ("".join(folded) + "\r\n").encode()
