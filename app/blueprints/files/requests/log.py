"""What the log keeps of requests."""

from __future__ import annotations

from typing import Any

from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.models import FileRequest
from app.blueprints.projects.pages import record_in


def note(verb: str, subject: FileRequest | RequestedItem, **more: Any) -> None:
    """Note what the reader did."""
    asked = subject.request if isinstance(subject, RequestedItem) else subject
    record_in(asked.project, verb, subject, name=subject.title, request=asked.public_id, **more)
