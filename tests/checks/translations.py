"""Checks that every string has its translation, with the same placeholders.

`python -m tests.checks.translations --update` writes new strings into the catalogues, untranslated,
and drops those that are gone.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ["de"]
KEYWORDS = ["_l", "_n:1,2", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2"]
KEYWORDS += ["_setting:3", "_secret:3"]  # what docs/de says of the settings
PLACEHOLDER = re.compile(r"%\((\w+)\)\w|\{(\w*)\}")
UPDATE = ".venv/bin/python -m tests.checks.translations --update"
# German addresses people with Sie.
FAMILIAR = re.compile(r"\b(du|dich|dir|dein\w*|euch|euer|eure\w*)\b", re.IGNORECASE)


def extracted() -> Catalog:
    """Every string that the application's code and templates show to people."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        command = ["pybabel", "--quiet", "extract", "--mapping", str(ROOT / "babel.cfg")]
        command += [f"--keyword={each}" for each in KEYWORDS]
        command += ["--output", str(template), "--no-location", str(ROOT)]
        CommandLineInterface().run(command)
        with template.open("rb") as file:
            return read_po(file)


def catalogue_of(language: str) -> Path:
    """The file that holds the translations into a language."""
    return ROOT / "app" / "translations" / language / "LC_MESSAGES" / "messages.po"


def problems(language: str, strings: Catalog) -> Iterator[str]:
    """What is wrong with a language's catalogue, a line for each."""
    path = catalogue_of(language)
    if not path.exists():
        yield f"{path.relative_to(ROOT)} is missing"
        return
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    for string in strings:
        if string.id:
            for problem in _problems_of(string, catalogue.get(string.id, string.context)):
                yield f"{language}: {problem}: {_first(string.id)!r}"
    for message in catalogue:
        if message.id and strings.get(message.id, message.context) is None:
            yield f"{language}: no longer used: {_first(message.id)!r}"
    for message in catalogue.obsolete.values():
        yield f"{language}: no longer used: {_first(message.id)!r}"


def update(language: str, strings: Catalog) -> None:
    """Write the strings into a language's catalogue; what is translated stays so."""
    path = catalogue_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = Catalog(
        locale=language, project="Foyer", header_comment=f"# Foyer: {language}", fuzzy=False
    )
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(strings, no_fuzzy_matching=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, ignore_obsolete=True, sort_output=True)


def _problems_of(string: Message, message: Message | None) -> Iterator[str]:
    texts = _forms(message.string) if message else []
    if not texts or not all(texts):
        yield "not translated"
        return
    assert message
    if message.fuzzy:
        yield "marked as fuzzy"
    # One form may leave the number out ("one file"); all forms together may not.
    wanted = _placeholders(_forms(string.id))
    if _placeholders(texts) != wanted or any(not _placeholders([text]) <= wanted for text in texts):
        yield f"other placeholders than {sorted(wanted)}"
    if any(FAMILIAR.search(text) for text in texts):
        yield "addresses people with du"


def _placeholders(texts: list[str]) -> set[str]:
    return {"".join(match) for text in texts for match in PLACEHOLDER.findall(text)}


def _forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _first(text: str | tuple[str, ...] | list[str]) -> str:
    return _forms(text)[0]


def main() -> int:
    strings = extracted()
    if "--update" in sys.argv[1:]:
        for language in LANGUAGES:
            update(language, strings)
    found = [problem for language in LANGUAGES for problem in problems(language, strings)]
    for problem in found[:40]:
        print(problem)
    if found:
        print(f"{len(found)} problems. For new strings: {UPDATE}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
