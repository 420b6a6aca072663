"""Who of some people gets a mail of a kind of news, as they have chosen; asked before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

LEFT_OUT = "left_out"
"""The fact of an event that says, by their opaque ids, who sees it in the portal only."""

# Given people, a kind of news and the number of a project, those who want mails of it; for the floors above.
WHO_WANTS: list[Callable[[Sequence[Any], str, int | None], Sequence[Any]]] = []


def names_of_told(people: Iterable[Any], kind: str, project_id: int | None, by: Any) -> list[str]:
    """The names of those who get a mail if `by` does something that these people are to hear of."""
    left = [person for person in people if person.id != by.id]
    for who_wants in WHO_WANTS:
        left = list(who_wants(left, kind, project_id))
    return [person.name for person in left]
