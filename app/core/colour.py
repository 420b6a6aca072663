"""Colours in Python, for what no stylesheet can derive: mails and pictures."""

from __future__ import annotations

import math
import re

BLACK, WHITE = "#000000", "#ffffff"
LIGHTEST, DARKEST = 0.86, 0.25
EVEN = 0.179
"""The luminance on which black and white text read equally well."""

Triple = tuple[float, float, float]


def is_colour(text: str) -> bool:
    """Whether `text` is a colour as Foyer keeps it: `#` and six lower-case hexadecimal digits."""
    return re.fullmatch(r"#[0-9a-f]{6}", text) is not None


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2, from 0 (black) to 1 (white)."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2.2, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def on_colour(colour: str) -> str:
    """Black or white, whichever reads better on `colour`: always 4.5:1 or more."""
    return BLACK if luminance(colour) > EVEN else WHITE


def mail_accent(colour: str) -> str:
    """The accent for mails: `colour`, its lightness held as the pages' accent holds it.

    Neither an almost white nor an almost black brand may vanish in a mail.
    """
    lightness, a, b = _oklab(colour)
    held = min(max(lightness, DARKEST), LIGHTEST)
    return colour if held == lightness else _from_oklab((held, a, b))


def dark_accent(colour: str) -> str:
    """The accent of the pages in the dark: lighter, and no more vivid than the stylesheet lets it be."""
    lightness, a, b = _oklab(colour)
    vivid, most = math.hypot(a, b), 0.17 + max(0.0, lightness - 0.55) * 2
    muted = min(1.0, most / vivid) if vivid else 1.0
    return _from_oklab((min(max(lightness, 0.62), 0.9), a * muted, b * muted))


def _linear(colour: str) -> Triple:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _to_linear(red), _to_linear(green), _to_linear(blue)


def _to_linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _to_byte(value: float) -> int:
    value = min(max(value, 0.0), 1.0)
    value = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(value * 255)


def _oklab(colour: str) -> Triple:
    r, g, b = _linear(colour)
    x = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    y = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    z = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * x + 0.7936177850 * y - 0.0040720468 * z,
        1.9779984951 * x - 2.4285922050 * y + 0.4505937099 * z,
        0.0259040371 * x + 0.7827717662 * y - 0.8086757660 * z,
    )


def _from_oklab(lab: Triple) -> str:
    lightness, a, b = lab
    x = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    y = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    z = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z
    green = -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z
    blue = -0.0041960863 * x - 0.7034186147 * y + 1.7076147010 * z
    return "#" + "".join(f"{_to_byte(value):02x}" for value in (red, green, blue))
