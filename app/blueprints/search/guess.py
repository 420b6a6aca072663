"""What somebody may have meant: the closest words in the titles that they see, where nothing was found."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from app.core import search
from app.core.folding import Query, forms, words_in
from app.core.models import every

NEWEST = 200  # things of each kind whose titles are looked at
CLOSE = 0.72


def guess(reader: Any, typed: str) -> str:
    """The query with its unknown words set right; empty if that finds nothing either."""
    known = _words_of_titles(reader)
    words = [_closest(word, known) for word in words_in(typed)]
    meant = " ".join(words)
    if words == words_in(typed) or not search.best(reader, Query.of(meant), 1):
        return ""
    return meant


def _words_of_titles(reader: Any) -> dict[str, str]:
    """The words of the newest titles that the reader sees, as they are typed, by their folded form."""
    known: dict[str, str] = {}
    for searched in search.kinds():
        newest = searched.scope(reader).order_by(searched.model.id.desc()).limit(NEWEST)
        numbers = every(newest.with_only_columns(searched.model.id))
        for said in searched.words(numbers):
            known |= {forms(word)[0]: word for word in words_in(said.title) if forms(word)}
    return known


def _closest(word: str, known: dict[str, str]) -> str:
    folded = next(iter(forms(word)), "")
    if any(each.startswith(folded) for each in known):
        return word
    found = get_close_matches(folded, known, 1, CLOSE)
    return known[found[0]] if found else word
