"""The machine and what was set on it: version, packages, settings, secrets, disk."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from app.core.amounts import size
from app.core.checks import Outcome, ok, problem, warning
from app.core.version import version_of_foyer
from app.settings import ROOT, Settings

OF_SCRIPTS = {"FOYER_PORT", "FOYER_HOME", "FOYER_USER", "FOYER_BACKUPS"}
SCARCE, FULL = 1_000_000_000, 200_000_000
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def look_at_version() -> Iterator[Outcome]:
    """Which Foyer and Python, and whether the packages are those that it was tested with."""
    others = sorted(name for name, pinned in _pinned().items() if _installed(name) != pinned)
    versions = {"foyer": version_of_foyer(), "python": platform.python_version()}
    says = _("Foyer %(foyer)s on Python %(python)s.", **versions)
    if others:
        names = _(
            "These packages are not as this Foyer needs them: %(names)s.", names=", ".join(others)
        )
        yield warning(
            f"{says} {names}", _("Run “foyer install”, then restart web server and worker.")
        )
    else:
        yield ok(says)


def look_at_settings() -> Iterator[Outcome]:
    """Whether every variable of ours is one that somebody reads."""
    known = set(OF_SCRIPTS)
    for each in fields(Settings):
        variable = each.metadata["variable"]
        known |= {variable, f"{variable}_FILE"} if each.metadata["secret"] else {variable}
    given = {name for name in os.environ if name.startswith("FOYER_")}
    if unknown := sorted(given - known):
        says = _("Nobody reads %(names)s.", names=", ".join(unknown))
        yield warning(says, _("Look how it is spelt in docs/en/settings.md."))
    else:
        yield ok(_("All of them are known."))


def look_at_secrets() -> Iterator[Outcome]:
    """Whether others on this machine can read what they must not."""
    settings: Settings = current_app.extensions["settings"]
    open_files = [str(path) for path in _private(settings) if path.stat().st_mode & OTHERS]
    if open_files:
        names = " ".join(open_files)
        says = _("Others on this machine can read %(names)s.", names=names)
        yield problem(says, f"chmod go= {names}")
    elif settings.instance.stat().st_mode & stat.S_IRWXO:
        says = _("Everybody on this machine can look into %(folder)s.", folder=settings.instance)
        yield warning(says, f"chmod o= {settings.instance}")
    else:
        yield ok(_("Nobody else on this machine can read the secret key."))


def look_at_disk() -> Iterator[Outcome]:
    """Whether there is room for what comes."""
    settings: Settings = current_app.extensions["settings"]
    yield _room(settings.instance)
    if settings.backup_to and not settings.backup_to.startswith("s3:"):
        yield _room(Path(settings.backup_to))


def _pinned() -> dict[str, str]:
    """The packages that the running portal needs, and in which version."""
    path = ROOT / "requirements.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.partition("#")[0].partition("==") for line in lines)
    return {name.partition("[")[0]: wanted.strip() for name, equal, wanted in pairs if equal}


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _private(settings: Settings) -> list[Path]:
    given = [os.environ.get(f"{each.metadata['variable']}_FILE") for each in fields(Settings)]
    files = [settings.instance / "secret_key", *(Path(each) for each in given if each)]
    # What systemd or a container hands out belongs to it, not to us.
    return [path for path in files if path.exists() and path.stat().st_uid == os.getuid()]


def _room(folder: Path) -> Outcome:
    if not folder.is_dir():
        says = _("%(folder)s is not there.", folder=folder)
        return problem(says, _("Is the disk connected? Else make the folder."))
    free = shutil.disk_usage(folder).free
    says = _("%(size)s are free in %(folder)s.", size=size(free), folder=folder)
    if free < FULL:
        return problem(says, _("Make room: new files are not taken any more."))
    if free < SCARCE:
        return warning(says, _("Make room soon, or take a larger disk."))
    return ok(says)
