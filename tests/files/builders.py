"""Files for tests, with real bytes in the storage."""

from __future__ import annotations

import io
import os
import struct
import zlib
from typing import Any

from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.blueprints.accounts.models import User
from app.blueprints.files.folders import Folder
from app.blueprints.files.links import Link
from app.blueprints.files.models import File
from app.blueprints.files.previews import Preview
from app.blueprints.files.uploads import Upload, type_of_part
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.core.storage import new_key, storage
from app.extensions import db


def a_picture(width: int = 8, height: int = 8, noise: int = 0) -> bytes:
    """A PNG; `noise` bytes that no program looks at make it as large as a photo."""
    rows = b"".join(b"\0" + b"\x40\x80\xc0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"noIs", os.urandom(noise))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, [*chunks, (b"IEND", b"")]))


def an_upload(name: str = "Plakat.png", content: bytes = b"") -> Upload:
    """Bytes in the storage that no row knows yet."""
    part = FileStorage(io.BytesIO(content or a_picture()), filename=name)
    return Upload.store(part, type_of_part(part))


def a_folder(
    project: Project, by: User, name: str = "Entwürfe", inside: Folder | None = None
) -> Folder:
    """A folder of the project, or in another one."""
    folder = Folder.make(project, name, by, inside)
    db.session.commit()
    return folder


def a_file(
    project: Project, by: User, name: str = "Plakat.png", content: bytes = b"", **more: Any
) -> File:
    """A file with one version, in the `folder`; the agency's is internal unless `shared`."""
    file = File.add(project, an_upload(name, content), by, more.get("folder")).file
    if more.get("shared"):
        file.share(by)
    db.session.commit()
    return file


def a_link(
    project: Project,
    by: User,
    name: str = "Testseite",
    url: str = "https://neu.kunde.de/",
    **more: Any,
) -> File:
    """A link with one version."""
    file = File.add(project, Link.to(url, name), by).file
    if more.get("shared"):
        file.share(by)
    db.session.commit()
    return file


def a_text(
    project: Project, by: User, name: str = "Über uns.md", text: str = "Hallo", **more: Any
) -> File:
    """A text that was written in the portal."""
    return a_file(project, by, name, f"{text}\n".encode(), **more)


def a_version(
    file: File, by: User, content: bytes = b"", name: str = "", note: str = ""
) -> Version:
    """A newer version of a file."""
    content = content or a_picture(width=8 + file.number)
    version = file.add_version(an_upload(name or file.name, content), by, note)
    db.session.commit()
    return version


def draw_all() -> None:
    """Have all pictures that are due, in no time: they look alike."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "WEBP")
    for preview in db.session.scalars(select(Preview).where(Preview.due_at.is_not(None))):
        for side in ("small", "large"):
            picture.seek(0)
            stored = storage().put(new_key(), picture)
            setattr(preview, f"{side}_key", stored.key)
            setattr(preview, f"{side}_size", stored.size)
        preview.show(8, 8, 1)
    db.session.commit()


def newest(file: File) -> Version:
    return db.session.scalars(
        select(Version).where(Version.file_id == file.id).order_by(Version.number.desc()).limit(1)
    ).one()


def how_many(kind: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def form_with(*files: tuple[str, bytes], field: str = "files", **fields: str) -> dict[str, Any]:
    """What a browser sends when these files were chosen."""
    parts = [FileStorage(io.BytesIO(content), filename=name) for name, content in files]
    boundary, body = encode_multipart({field: parts, **fields})
    return {"data": body, "content_type": f'multipart/form-data; boundary="{boundary}"'}


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, content = part
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
