"""Background work: has the pictures of a version made by a process with limits, and keeps them."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO

from sqlalchemy import select

from app.blueprints.files.previews import MOST_BYTES, SVG, Preview
from app.blueprints.files.versions import Version
from app.core import clock
from app.core.due import Drain
from app.core.storage import Stored, new_key, storage
from app.extensions import db

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("render.py")
PATIENCE = 40  # seconds, by the clock on the wall; render.py limits what it may compute
LEASE = timedelta(minutes=5)
PAUSE = timedelta(seconds=5)
LONGEST_REPORT = 10_000


class Unreadable(Exception):
    """No picture can be made of it; the argument is why: broken, large or locked."""


class Ended(Exception):
    """The process was ended before it could say anything."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What came out: pictures in a folder, which drawings by browsers have none of."""

    width: int
    height: int
    pages: int
    small: Path | None = None
    large: Path | None = None


def draw(preview: Preview) -> None:
    """Make one page of a version ready, or note why that can't be."""
    version = db.session.scalars(select(Version).where(Version.id == preview.version_id)).one()
    key, kind, page, size = version.stored_as, version.content_type, preview.page, version.size
    db.session.commit()  # Nothing is locked while the picture is made.
    with TemporaryDirectory(prefix="foyer-") as folder:
        try:
            if size > MOST_BYTES:
                raise Unreadable("large")
            drawing = drawn(key, kind, page, Path(folder))
        except Unreadable as error:
            preview.give_up(str(error))
        except Ended:
            log.warning("preview %s: the process that drew it was ended", preview.public_id)
            preview.retry("broken", clock.now() + PAUSE)
        else:
            _keep(preview, drawing)


def drawn(key: str, kind: str, page: int, folder: Path) -> Drawing:
    """Have a page drawn into a folder. Raises Unreadable or Ended."""
    command = [sys.executable, "-I", str(PROGRAM), kind, str(page), str(folder)]
    with _source(key) as source:
        try:
            subprocess.run(
                command,
                stdin=source,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={},
                timeout=PATIENCE,
                start_new_session=True,
                check=True,
            )
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            raise Ended() from error
    return _reported(folder, kind)


@contextmanager
def _source(key: str) -> Iterator[BinaryIO]:
    """The stored file, as one that another process can read; from a bucket, a copy of it."""
    with storage().open(key) as stored:
        if storage().local_path(key):
            yield stored
        else:
            with TemporaryFile() as copy:
                shutil.copyfileobj(stored, copy, 1_000_000)
                copy.seek(0)
                yield copy


def _reported(folder: Path, kind: str) -> Drawing:
    """What the process says about its work. It has read a stranger's file, so nothing of it is believed unseen."""
    try:
        with (folder / "about.json").open("rb") as report:
            about = json.loads(report.read(LONGEST_REPORT))
    except (OSError, ValueError) as error:
        raise Ended() from error
    if "problem" in about:
        raise Unreadable(str(about["problem"]))
    width, height, pages = (int(about[name]) for name in ("width", "height", "pages"))
    if kind == SVG:
        return Drawing(width, height, pages)
    return Drawing(width, height, pages, folder / "small.webp", folder / "large.webp")


def _keep(preview: Preview, drawing: Drawing) -> None:
    """Store the pictures, then say so; what no row knows in the end is taken away again."""
    stored: list[Stored] = []
    try:
        for path in (drawing.small, drawing.large):
            if path is not None:
                with path.open("rb") as picture:
                    stored.append(storage().put(new_key(), picture))
        db.session.refresh(preview, with_for_update=True)
        if preview.is_waiting:
            _show(preview, drawing, stored)
        else:  # The lease had run out, and another worker was faster.
            _forget(stored)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        _forget(stored)
        raise


def _show(preview: Preview, drawing: Drawing, stored: Sequence[Stored]) -> None:
    if stored:
        small, large = stored
        preview.small_key, preview.small_size = small.key, small.size
        preview.large_key, preview.large_size = large.key, large.size
    preview.show(drawing.width, drawing.height, drawing.pages)


def _forget(stored: Sequence[Stored]) -> None:
    for each in stored:
        storage().delete(each.key)


DRAIN = Drain("previews", Preview, draw, lease=LEASE)
