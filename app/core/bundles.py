"""Bundles: the static files as browsers get them, with a hash in the address so that they can stay for ever."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

STYLESHEET, SCRIPT = "foyer.css", "foyer.js"
HASHED = re.compile(r"(?P<stem>.+)\.(?P<digest>[0-9a-f]{12})(?P<ending>\.\w+)")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

Stamp = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file, or several as one."""

    body: bytes
    digest: str
    mimetype: str


class Bundles:
    """The assets in a folder: the joined stylesheet, the joined script, and every other file by its path.

    Each is read once; with `watch`, again when a file has changed.
    """

    def __init__(self, folder: Path, *, watch: bool = False) -> None:
        self.folder = folder.resolve()
        self.watch = watch
        self._read: dict[str, tuple[Stamp, Asset]] = {}

    def get(self, name: str) -> Asset | None:
        """The asset of this name, or None if there is none."""
        kept = self._read.get(name)
        if kept and not self.watch:
            return kept[1]
        files = self._files(name)
        stamp = tuple((str(file), file.stat().st_mtime_ns) for file in files)
        if files and (kept is None or kept[0] != stamp):
            kept = self._read[name] = (stamp, _join(name, files))
        return kept[1] if files and kept else None

    def address(self, name: str) -> str:
        """The path of the asset below /assets/: its name with its hash. Raises KeyError if there is none."""
        asset = self.get(name)
        if asset is None:
            raise KeyError(f"no asset {name!r} in {self.folder}")
        stem, dot, ending = name.rpartition(".")
        return f"{stem}.{asset.digest}{dot}{ending}"

    def _files(self, name: str) -> Sequence[Path]:
        if name == STYLESHEET:
            return sorted(
                self.folder.glob("css/**/*.css"), key=lambda file: (file.name != "layers.css", file)
            )
        if name == SCRIPT:
            return [self.folder / "vendor/htmx/htmx.min.js", *sorted(self.folder.glob("js/*.js"))]
        try:
            file = (self.folder / name).resolve()
            is_ours = file.is_relative_to(self.folder) and file.is_file()
        except (ValueError, OSError):
            return []  # A NUL, or longer than a name can be: no file has such a name.
        return [file] if is_ours else []


def split_address(path: str) -> tuple[str, str]:
    """The name of an asset and the hash asked for (empty without one), from a path below /assets/."""
    match = HASHED.fullmatch(path)
    return (match["stem"] + match["ending"], match["digest"]) if match else (path, "")


def _join(name: str, files: Sequence[Path]) -> Asset:
    parts = [file.read_bytes() for file in files]
    if name == SCRIPT:
        # Each module keeps its names to itself, as it would if it were loaded on its own.
        parts[1:] = [b'(() => {\n"use strict";\n' + part + b"})();\n" for part in parts[1:]]
    body = b"\n".join(parts)
    ending = Path(name).suffix
    mimetype = TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(body, hashlib.sha256(body).hexdigest()[:12], mimetype)
