"""Where the floors above take part in a client's page. This slice knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from app.blueprints.clients.models import Client


class Part(Protocol):
    """A band of the page: the template that shows it finds what it needs in `part`."""

    @property
    def template(self) -> str: ...


# Called with a client and the forms that came back with errors, for the agency's people; None where there is nothing.
CLIENT_PARTS: list[Callable[[Client, dict[str, Any]], Part | None]] = []
