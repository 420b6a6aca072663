"""The sections of a project that its client sees or not: updates, and the features that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core import features


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a project that can be hidden from its client."""

    name: str
    label: Any
    about: Any = ""


UPDATES = Section("updates", _l("Updates and dates"))


def sections() -> list[Section]:
    """The sections that there are now, in the order of the tabs."""
    found = [
        Section(each.name, each.label, each.about) for each in features.active() if each.section
    ]
    return [UPDATES, *found]


def section_choices() -> list[tuple[str, Any]]:
    """The sections for a form."""
    return [(each.name, each.label) for each in sections()]
