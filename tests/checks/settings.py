"""The tables of settings in docs/, from app/settings.py. `--write` brings them up to date."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from app.settings import Settings
from tests.checks.translations import ROOT, catalogue_of

PAGES = {"en": ROOT / "docs/en/settings.md", "de": ROOT / "docs/de/einstellungen.md"}
HEADS = {
    "en": ("Variable", "Default", "What it is", "or"),
    "de": ("Variable", "Vorgabe", "Was sie ist", "oder"),
}
START, END = "<!-- settings -->\n", "<!-- end of settings -->\n"
WRITE = "python -m tests.checks.settings --write"


def outdated() -> list[Path]:
    """The pages that do not say what the settings are."""
    return [page for language, page in PAGES.items() if page.read_text() != renewed(language)]


def renewed(language: str) -> str:
    """The page with the table as it should be."""
    before, rest = PAGES[language].read_text().split(START)
    return before + START + table(language) + END + rest.split(END)[1]


def table(language: str) -> str:
    """All settings: variable, default, and why one would set it."""
    *head, either = HEADS[language]
    said = words(language)
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    for each in fields(Settings):
        name, why = variable(each, either), said(each.metadata["why"])
        lines.append(f"| {name} | {shown(each.default)} | {why} |")
    return "\n".join(lines) + "\n"


def variable(setting: Field[Any], either: str) -> str:
    """Its variable, and for a secret the one that names a file."""
    name = setting.metadata["variable"]
    return f"`{name}`<br>{either} `{name}_FILE`" if setting.metadata["secret"] else f"`{name}`"


def words(language: str) -> Callable[[str], str]:
    """Gives the reason of a setting in a language."""
    if language == "en":
        return str
    with catalogue_of(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    return lambda why: str(catalogue[why].string)


def shown(default: object) -> str:
    """A default as one would write it."""
    if isinstance(default, Path):
        return f"`{default.name}`"
    if isinstance(default, bool):
        return f"`{int(default)}`"
    return f"`{default}`" if default != "" else ""


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        for language, page in PAGES.items():
            page.write_text(renewed(language))
    elif found := outdated():
        sys.exit(f"Out of date: {', '.join(page.name for page in found)}. Run: {WRITE}")
