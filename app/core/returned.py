"""What a returned mail says (RFC 3464): which mail did not reach its reader, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from app.core.headers import line

FAILED = "failed"
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
OURS = "X-Foyer-Mail"
"""Our own name of a mail in its head: some mail servers give it another Message-ID."""


@dataclass(frozen=True, slots=True)
class Returned:
    """That a mail of ours was not delivered: what it is called, the status code, and the server's words."""

    names: tuple[str, ...]
    status: str
    said: str


def read(message: Message) -> Returned | None:
    """What a returned mail says; None if it is something else, or only says that it takes longer."""
    parts: list[Message] = list(message.walk())
    status = _first(parts, "message/delivery-status")
    if message.get_content_type() != "multipart/report" or status is None:
        return None
    whole, *people = _blocks(status)
    failed = [each for each in people if _field(each, "Action").lower() == FAILED]
    if not failed:
        return None
    said = _field(failed[0], "Diagnostic-Code").partition(";")[2].strip()
    return Returned(
        names=tuple(filter(None, [_field(whole, "Original-Envelope-Id"), *_names(parts)])),
        status=_status(failed[0], said),
        said=said,
    )


def _blocks(status: Message) -> list[Message]:
    payload = status.get_payload()
    blocks = (
        [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
    )
    return blocks or [Message()]


def _status(block: Message, said: str) -> str:
    """The code of the field, or the one of the answer if that says more: some write 5.0.0 for everything."""
    code, found = _field(block, "Status").partition(" ")[0], STATUS.search(said)
    return found[0] if found and (not STATUS.fullmatch(code) or code.endswith(".0.0")) else code


def _names(parts: list[Message]) -> list[str]:
    """What the mail that comes back is called in its own head."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            heads = part.get_payload()
            head = heads[0] if isinstance(heads, list) and heads else None
            if isinstance(head, Message):
                return _named_in(head.get(OURS, ""), head.get("Message-ID", ""))
        if part.get_content_type() == "text/rfc822-headers":
            return _named_in(
                *(_in_text(str(part.get_payload()), name) for name in (OURS, "Message-ID"))
            )
    return []


def _named_in(*values: str) -> list[str]:
    return [line(str(value)).strip("<> ") for value in values if value]


def _in_text(head: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(\S+)", head, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


def _first(parts: list[Message], kind: str) -> Message | None:
    return next((each for each in parts if each.get_content_type() == kind), None)


def _field(block: Message, name: str) -> str:
    return line(str(block.get(name, "")))
