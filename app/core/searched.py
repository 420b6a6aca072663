"""Searched: how a slice says that the search finds its things. A Feature carries these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one thing, by its number: its title, and what else is said in it."""

    id: int
    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """A kind of thing that can be found.

    `scope(user)` selects the things of this kind that exist for a person, with what `url` and `meta`
    need of them: the search shows nothing else. `words(numbers)` reads what is said in some of them,
    each word of which whoever is in the scope may read. `made_of` names the tables that the words
    come from, each with the attribute that holds the number of the thing; whenever such a row is
    written or deleted, the index follows in the same transaction. Changes by bulk statements
    (`update(Model)`) are not seen: change what is searched through its rows.
    """

    kind: str
    label: Any
    icon: str
    scope: Callable[[Any], Select[Any]]
    words: Callable[[Sequence[int]], Iterable[Said]]
    made_of: Mapping[type[Any], str]
    url: Callable[[Any], str]
    meta: Callable[[Any, Any], Sequence[Any]] = lambda thing, user: ()

    @property
    def model(self) -> type[Any]:
        """The table of the things themselves."""
        return next(model for model, number in self.made_of.items() if number == "id")
