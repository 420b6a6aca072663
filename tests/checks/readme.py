"""The table of settings in README.md, from app/settings.py. `--write` brings it up to date."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path

from app.settings import Settings

README = Path(__file__).parents[2] / "README.md"
START, END = "<!-- settings -->\n", "<!-- end of settings -->\n"


def is_current() -> bool:
    """Whether the README says what the settings are."""
    return README.read_text() == renewed()


def renewed() -> str:
    """The README with the table as it should be."""
    before, rest = README.read_text().split(START)
    return before + START + table() + END + rest.split(END)[1]


def table() -> str:
    """All settings: variable, default, and why one would set it."""
    lines = ["| Variable | Default | What it is |", "|---|---|---|"]
    for each in fields(Settings):
        lines.append(
            f"| `{each.metadata['variable']}` | {shown(each.default)} | {each.metadata['why']} |"
        )
    return "\n".join(lines) + "\n"


def shown(default: object) -> str:
    """A default as one would write it."""
    if isinstance(default, Path):
        return f"`{default.name}`"
    if isinstance(default, bool):
        return f"`{int(default)}`"
    return f"`{default}`" if default != "" else ""


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        README.write_text(renewed())
    elif not is_current():
        sys.exit("The settings in README.md are out of date: python -m tests.checks.readme --write")
