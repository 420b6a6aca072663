"""Which Foyer this is."""

from __future__ import annotations

import subprocess

from app.settings import ROOT


def version_of_foyer() -> str:
    """The release, and of a clone where exactly it stands: "1.2 (v1.2-4-g8cb8ad8)"."""
    heads = [line for line in _changes().splitlines() if line.startswith("## ")]
    release = heads[0].removeprefix("## ").partition(" ")[0] if heads else ""
    place = _place()
    return f"{release} ({place})" if place else release


def _changes() -> str:
    path = ROOT / "CHANGELOG.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _place() -> str:
    """Where a clone stands; empty where it is none, or git is not there."""
    command = ["git", "-C", str(ROOT), "describe", "--tags", "--always"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
