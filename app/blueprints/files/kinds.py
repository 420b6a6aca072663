"""Kinds of files that the owner does not want here: known by their names, and in the end by their bytes."""

from __future__ import annotations

from pathlib import PurePath

from flask_babel import gettext as _

from app.core.agency import Agency

# The endings under which bytes of a type go around; types that can be anything are left out.
ENDINGS = {
    "application/java-archive": {"jar"},
    "application/msword": {"doc", "xls", "ppt", "msi"},
    "application/pdf": {"pdf"},
    "application/postscript": {"ps", "eps", "ai"},
    "application/rtf": {"rtf"},
    "application/vnd.microsoft.portable-executable": {"exe", "dll", "scr", "com", "sys"},
    "application/x-iso9660-appimage": {"appimage", "elf", "so"},
    "application/x-rar-compressed": {"rar"},
    "application/zip": {"zip"},
    "image/svg+xml": {"svg"},
    "text/html": {"html", "htm"},
}


def unwanted(name: str, content_type: str = "") -> str:
    """Why a file that is called so, or is of this type, is not taken; empty if it is."""
    agency = Agency.current()
    refused = set(agency.refused_types.split()) if agency else set()
    ending = PurePath(name).suffix.lower().removeprefix(".")
    found = sorted(refused & {ending, *ENDINGS.get(content_type, ())})
    if not found:
        return ""
    sentence = _(
        "“%(name)s” is of a kind that is not taken here: %(ending)s. Please ask us how to send it.",
        name=name,
        ending=found[0],
    )
    return str(sentence)
