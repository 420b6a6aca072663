"""From where a person acts: network address, browser and system in words."""

from __future__ import annotations

import re

from flask import Request

from app.core.events import Device

BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS|Chromium)/"),
    ("Safari", r"Safari/"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


def device_of(request: Request) -> Device:
    """The device that a request comes from."""
    return Device(address=request.remote_addr or "", name=device_name(request.user_agent.string))


def device_name(user_agent: str) -> str:
    """ "Safari, iPhone" for a User-Agent header; empty when it says neither browser nor system."""
    return ", ".join(
        name for known in (BROWSERS, SYSTEMS) for name in [_first(known, user_agent)] if name
    )


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, user_agent)), "")
