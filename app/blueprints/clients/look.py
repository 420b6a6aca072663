"""How an accent colour looks: what stands on it, in light and in dark, and how well that reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from app.core.colour import BLACK, contrast, dark_accent, mail_accent, on_colour

STAGES = (
    (_l("Kick-off"), "done"),
    (_l("Concept"), "done"),
    (_l("Design"), "now"),
    (_l("Production"), "next"),
    (_l("Launch"), "next"),
)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One preview: its name for the stylesheet and for people, what stands on the accent, the contrast."""

    name: str
    label: Any
    ink: Any
    contrast: str


@dataclass(frozen=True, slots=True)
class Look:
    """A colour, and its previews."""

    colour: str
    name: str
    schemes: tuple[Scheme, ...]
    stages: tuple[tuple[Any, str], ...] = STAGES


def look_of(colour: str, name: str) -> Look:
    """How the portal of somebody called `name` looks in this colour."""
    light = _scheme("light", _l("Light"), mail_accent(colour))
    dark = _scheme("dark", _l("Dark"), dark_accent(colour))
    return Look(colour, name, (light, dark))


def _scheme(name: str, label: Any, accent: str) -> Scheme:
    ink = on_colour(accent)
    word = _l("black") if ink == BLACK else _l("white")
    return Scheme(name, label, word, format_decimal(contrast(ink, accent), "0.0"))
