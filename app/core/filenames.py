"""Names of files: safe wherever they end up, and still the names that people gave."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

from app.core.filetypes import content_type_of

__all__ = ["as_seen", "ascii_name", "content_type_of", "safe_name", "softly", "typed_name"]

LONGEST = 200
LONGEST_EXTENSION = 20
NAMELESS = "file"
# Control, format (bidi, zero-width) and surrogate characters, line and paragraph separators.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
NOT_ON_WINDOWS = str.maketrans('<>:"|?*', "-------")
DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
IN_ASCII = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS"}
    | {"æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "Oe", "ł": "l", "Ł": "L"}
    | {"–": "-", "—": "-", "’": "'", "‘": "'", "“": "'", "”": "'", "„": "'", "…": "..."}
)


def safe_name(raw: str) -> str:
    """A name without path, hidden characters, or anything that a file system stumbles over.

    Umlauts, emoji and every script stay as they are; at most 200 characters, with the extension.
    """
    name = unicodedata.normalize("NFC", "".join(_visible(each) for each in raw))
    parts = [_trimmed(part) for part in re.split(r"[/\\]", name)]
    name = next((part for part in reversed(parts) if part), NAMELESS)
    if DEVICES.fullmatch(name.partition(".")[0].rstrip()):
        name = f"_{name}"
    return _shortened(name)


def typed_name(raw: str) -> str:
    """A safe name of what a person typed: unlike in what a browser sends, a slash is no path there."""
    return safe_name(re.sub(r"[/\\]", "-", raw))


def as_seen(name: str) -> str:
    """What two names have in common that people, Windows and macOS take for the same: all but the case."""
    return unicodedata.normalize("NFC", name.casefold())


def ascii_name(name: str) -> str:
    """A readable stand-in for programs that know only ASCII."""
    plain = unicodedata.normalize("NFKD", name.translate(IN_ASCII))
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    plain = re.sub(r'[^ -~]|["\\%;]', "_", plain)
    stem, extension = _split(plain)
    if not stem.strip("_ "):
        stem = NAMELESS
    return stem + extension


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in UNSEEN else character


def _trimmed(part: str) -> str:
    return " ".join(part.translate(NOT_ON_WINDOWS).split()).strip(" .")


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, extension = _split(name)
    return stem[: LONGEST - len(extension)].rstrip(" .") + extension


def _split(name: str) -> tuple[str, str]:
    """What stands before and after the last dot, the dot with the extension."""
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) >= LONGEST_EXTENSION:
        return name, ""
    return stem, dot + extension


def softly(name: str) -> Markup:
    """A name as HTML that may break where people would break it, and not within a word."""
    soft = str(escape(name)).replace("_", "_<wbr>").replace("-", "-<wbr>")
    return Markup(soft)  # noqa: S704 - escaped before
