"""Log lines: for people, or as JSON for programs; each says in which request, or at which work, it was written."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from app.settings import Settings

NOTHING: Mapping[str, Any] = MappingProxyType({})
_about: ContextVar[Mapping[str, Any]] = ContextVar("about", default=NOTHING)
FACTS = "facts"
"""The attribute of a record that carries what is said beside its words."""
OWN_HANDLERS = ("gunicorn.error", "rq.worker")


def configure(settings: Settings) -> None:
    """Write all lines of this process in the form that the settings name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if settings.log == "json" else Text())
    handler.set_name("foyer")
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if each.name != "foyer"] + [handler]
    logging.getLogger("app.core.requests").setLevel(
        logging.INFO if settings.log == "json" else logging.WARNING
    )
    if settings.log == "json":
        for name in OWN_HANDLERS:
            logging.getLogger(name).handlers = []
            logging.getLogger(name).propagate = True


@contextmanager
def about(**facts: Any) -> Iterator[None]:
    """Say these facts with every line that is written in this block."""
    token = _about.set({**_about.get(), **facts})
    try:
        yield
    finally:
        _about.reset(token)


def begin(**facts: Any) -> None:
    """Say these facts, and no others, until the next begin(): a request ends after its answer has left."""
    _about.set(facts)


class Json(logging.Formatter):
    """One JSON object in each line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_about.get(),
            **getattr(record, FACTS, {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """The words, and in brackets what they are about."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        facts = " ".join(f"{name}={value}" for name, value in _about.get().items())
        line = f"{record.levelname}: {record.message}" + (f" [{facts}]" if facts else "")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line
