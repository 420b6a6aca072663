"""What the log keeps of files."""

from __future__ import annotations

from typing import Any

from app.blueprints.files.archivals import Archival
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.blueprints.projects.pages import record_in

ARRIVALS = {
    "file": ("file.uploaded", "version.uploaded"),
    "link": ("link.added", "link.changed"),
    "picture": ("picture.posted", "version.uploaded"),
    "text": ("text.written", "text.changed"),
}
RESTORED = "version.restored"


def record_version(
    version: Version,
    verb: str,
    subject: File | Version,
    *,
    internal: bool = False,
    **facts: Any,
) -> None:
    """Note what was done, with what a reader of the log needs to understand it later."""
    record_in(
        version.file.project,
        verb,
        subject,
        internal=internal,
        name=version.file.name,
        file=version.file.public_id,
        version=version.number,
        size=version.size,
        sha256=version.sha256,
        note=version.note,
        **({"restored": version.restored_from} if version.restored_from else {}),
        **({"url": version.url} if version.is_link else {}),
        **facts,
        **({"copy_sha256": version.copy_sha256} if version.copy_sha256 else {}),
    )


def record_arrival(version: Version, how: str = "") -> None:
    """Note that a version has come, `how` if that is not plain; the first one is a new file or link."""
    first, later = ARRIVALS[how or ("link" if version.is_link else "file")]
    internal = not version.file.is_shared
    if version.restored_from:
        record_version(version, RESTORED, version, internal=internal)
    elif version.number == 1:
        record_version(version, first, version.file, internal=internal)
    else:
        record_version(version, later, version, internal=internal)


def record_file(file: File, verb: str, **facts: Any) -> None:
    """Note what was done to a file as a whole."""
    about = {"name": file.name, "file": file.public_id}
    record_in(file.project, verb, file, internal=not file.is_shared, **about, **facts)


def record_folder(folder: Folder, verb: str, *, internal: bool | None = None, **facts: Any) -> None:
    """Note what was done to a folder; as one that does not exist for the client, if it does not now."""
    internal = folder.is_internal if internal is None else internal
    about = {"name": folder.name, "folder": folder.public_id}
    record_in(folder.project, verb, folder, internal=internal, **about, **facts)


def record_archival(archival: Archival, verb: str) -> None:
    """Note that a folder went into the archive, or comes back, with all that is in it."""
    record_in(archival.project, verb, archival, internal=archival.is_internal, name=archival.name)
