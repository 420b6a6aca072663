"""`flask doctor` on the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import click
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.core.checks import OK, PROBLEM, WARNING, Outcome
from app.core.doctor import every_check
from app.core.doctor.examination import Examined, examine

LANGUAGES = ("de", "en")
COLOURS = {OK: "green", WARNING: "yellow", PROBLEM: "red"}


def system_language() -> str:
    """The language of whoever sits at the terminal."""
    chosen = (os.environ.get(each, "") for each in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "de" if next(filter(None, chosen), "").startswith("de") else "en"


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print what was found for programs.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language of the answers.")
def doctor(as_json: bool, lang: str | None) -> None:
    """Look whether everything is all right, and say what to do where it is not. Changes nothing."""
    language = lang or system_language()
    found = []
    with force_locale(language):
        for examined in examine(every_check(), language):
            found.append(examined)
            if not as_json:
                _tell(examined)
        if as_json:
            click.echo(json.dumps(_summary(found), ensure_ascii=False))
        else:
            click.echo(f"\n{_conclusion(found)}")
    if _count(found, PROBLEM):
        raise click.exceptions.Exit(1)


def _tell(examined: Examined) -> None:
    words = {OK: _("ok"), WARNING: _("warning"), PROBLEM: _("problem")}
    width = max(map(len, words.values()))
    for outcome in examined.outcomes:
        state = click.style(f"{words[outcome.state]:{width}}", fg=COLOURS[outcome.state])
        click.echo(f"{state}  {examined.check.label!s}: {outcome.says}")
        if outcome.advice:
            click.echo(f"{'':{width}}  → {outcome.advice}")


def _summary(found: Sequence[Examined]) -> dict[str, Any]:
    checks = [
        {"check": each.check.name, "state": it.state, "says": it.says, "advice": it.advice}
        for each, it in _outcomes(found)
    ]
    return {"ok": not _count(found, PROBLEM), "checks": checks}


def _conclusion(found: Sequence[Examined]) -> str:
    problems, warnings = _count(found, PROBLEM), _count(found, WARNING)
    if not problems and not warnings:
        return str(_("Everything is all right."))
    parts = []
    if problems:
        parts.append(ngettext("%(num)s problem", "%(num)s problems", problems))
    if warnings:
        parts.append(ngettext("%(num)s warning", "%(num)s warnings", warnings))
    return ", ".join(parts)


def _count(found: Sequence[Examined], state: str) -> int:
    return sum(outcome.state == state for _each, outcome in _outcomes(found))


def _outcomes(found: Sequence[Examined]) -> list[tuple[Examined, Outcome]]:
    return [(each, outcome) for each in found for outcome in each.outcomes]
