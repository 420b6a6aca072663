"""What `flask doctor` asks an installation, and what it hears: slices plug their own questions in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found, and what to do about it."""

    state: str
    says: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One question. `look()` gives an outcome for each thing that it found; it changes nothing."""

    name: str
    label: Any
    look: Callable[[], Iterable[Outcome]]


def ok(says: Any) -> Outcome:
    """It is as it should be."""
    return Outcome(OK, str(says))


def warning(says: Any, advice: Any) -> Outcome:
    """It works, but should be seen to."""
    return Outcome(WARNING, str(says), str(advice))


def problem(says: Any, advice: Any) -> Outcome:
    """It does not work."""
    return Outcome(PROBLEM, str(says), str(advice))
