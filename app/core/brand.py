"""Brand: what one colour and a name become, a stylesheet of one line and a mark of one or two letters."""

from __future__ import annotations

from typing import Any

from flask import url_for
from markupsafe import escape

from app.core.agency import COLOUR
from app.core.colour import on_colour

MARK = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">\
<rect width="48" height="48" rx="11" fill="{colour}"/>\
<text x="24" y="24" fill="{ink}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="{size}" \
font-weight="650" text-anchor="middle" dominant-baseline="central">{letters}</text></svg>
"""


def stylesheet(colour: str) -> str:
    """The only value that a brand sets; Foyer's stylesheet derives the rest."""
    return f":root {{ --brand: {colour}; }}\n"


def part_stylesheet(colour: str) -> str:
    """A palette of its own for elements with `data-brand="#rrggbb"`: previews of a brand."""
    return f'[data-brand="{colour}"] {{ --brand: {colour}; }}\n'


def mark(colour: str, letters: str) -> str:
    """A mark for who has no logo: one or two letters on the brand's colour."""
    size = 24 if len(letters) == 1 else 20
    return MARK.format(colour=colour, ink=on_colour(colour), letters=escape(letters), size=size)


def letters_of(name: str) -> str:
    """The first letters of the first and the last word of a name; an F for Foyer if it has none."""
    words = [word for word in name.split() if word[0].isalnum()]
    first = [word[0] for word in (words[:1] + words[1:][-1:])]
    return "".join(first).upper()[:2] or "F"


def brand_url(colour: str, *, part: bool = False) -> str:
    """The address of the stylesheet of a colour such as `#12806f`, for the page or for parts of it."""
    endpoint = "assets.show_brand_part" if part else "assets.show_brand"
    return url_for(endpoint, colour=colour.removeprefix("#"))


def mark_url(agency: Any) -> str:
    """The address of the agency's mark: its logo and the icon of the tab."""
    colour = agency.colour if agency else COLOUR
    letters = letters_of(agency.name if agency else "")
    return url_for("assets.show_mark", colour=colour.removeprefix("#"), letters=letters)
