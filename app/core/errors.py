"""Errors that a person can read: each carries its sentence and its HTTP status."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l


class DomainError(Exception):
    """A rule of the business said no. `message` is a sentence for people, in their language."""

    status = 400
    sentence: Any = _l("This is not possible.")

    def __init__(self, message: Any = None) -> None:
        super().__init__(message)
        self.message = self.sentence if message is None else message


class NotAllowed(DomainError):
    """The person may see this, but not do it."""

    status = 403
    sentence = _l("Your role does not allow this. Please ask your contact person.")


class Conflict(DomainError):
    """Somebody else was faster; what the person saw is no longer how it is."""

    status = 409
    sentence = _l("This has changed in the meantime. Please look at it once more.")


class TooMany(DomainError):
    """A limit is reached; the message says when it can be tried again."""

    status = 429
    sentence = _l("That was too often. Please try again later.")
