"""Words as people type them: Bäckerei, backerei and baeckerei are the same one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from markupsafe import Markup, escape

WORD = re.compile(r"[^\W_]+")
MOST_TERMS = 8
LONGEST_WORD = 60
LONGEST_QUERY = 200
LONGEST_TEXT = 50_000
AROUND = 60  # characters of an excerpt before the first word that was found
EXPANDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})
CONTRACTED = re.compile(r"(?<=[aou])e")


def forms(word: str) -> tuple[str, ...]:
    """How a word can be typed: without its diacritics, and with ä as ae."""
    lower = unicodedata.normalize("NFC", word).casefold()
    both = (_bare(lower), _bare(lower.translate(EXPANDED)))
    return tuple(dict.fromkeys(each[:LONGEST_WORD] for each in both if each))


def folded(text: str) -> str:
    """All words of a text in all their forms, for an index that knows nothing of diacritics."""
    return " ".join(form for word in words_in(text) for form in _kept(word))


def words_in(text: str) -> list[str]:
    """The words of a text, as they were typed."""
    return WORD.findall(unicodedata.normalize("NFC", text[:LONGEST_TEXT]))


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: words, each in its forms; any of them may go on."""

    terms: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, typed: str) -> Self:
        """The query in what somebody typed. Less than two characters find nothing."""
        terms = [forms(word) for word in words_in(typed[:LONGEST_QUERY])[:MOST_TERMS]]
        terms = [each for each in terms if each]
        enough = sum(len(each[0]) for each in terms) > 1
        return cls(tuple(terms) if enough else ())

    def __bool__(self) -> bool:
        return bool(self.terms)

    def finds(self, word: str) -> bool:
        """Whether a word begins as one of the terms does."""
        return any(form.startswith(term) for term in self.terms for form in _kept(word))

    def for_sqlite(self, kind: str) -> str:
        """The query in the language of FTS5. Terms hold letters and digits only."""
        every = " AND ".join(_either((f'"{form}" *' for form in term), "OR") for term in self.terms)
        return f'kind : "{kind}" AND {{title body}} : ({every})'

    def for_postgresql(self) -> str:
        """The query in the language of to_tsquery()."""
        return " & ".join(_either((f"'{form}':*" for form in term), "|") for term in self.terms)


def marked(text: str, query: Query) -> Markup:
    """The text, safe for any page, with the words that were found as <mark>."""
    text, at, parts = unicodedata.normalize("NFC", text), 0, []
    for found in WORD.finditer(text):
        if query.finds(found[0]):
            parts += [escape(text[at : found.start()]), Markup("<mark>{}</mark>").format(found[0])]
            at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def excerpt(text: str, query: Query, length: int = 180) -> Markup:
    """The part of a text around the first word that was found; nothing if there is none."""
    text = unicodedata.normalize("NFC", " ".join(text[:LONGEST_TEXT].split()))
    first = next((found for found in WORD.finditer(text) if query.finds(found[0])), None)
    if first is None:
        return Markup("")
    start = text.rfind(" ", 0, first.start() - AROUND) + 1 if first.start() > AROUND else 0
    end = start + length
    if end < len(text):
        end = max(text.rfind(" ", 0, end), first.end())
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return Markup("{}{}{}").format(before, marked(text[start:end], query), after)


def _kept(word: str) -> tuple[str, ...]:
    """The forms that are kept of a word: those it can be typed in, and Kuerbis as kurbis."""
    found = forms(word)
    return tuple(dict.fromkeys((*found, *(CONTRACTED.sub("", form) for form in found))))


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.translate(PLAIN))
    return "".join(WORD.findall(decomposed))


def _either(alternatives: Iterable[str], operator: str) -> str:
    return "(" + f" {operator} ".join(alternatives) + ")"
