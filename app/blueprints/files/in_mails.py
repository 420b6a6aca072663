"""The small picture of a file in the mail about it: only what its reader may see at the moment of sending."""

from __future__ import annotations

import io
import logging
from datetime import timedelta

from app.blueprints.accounts.models import User
from app.blueprints.files.previews import Preview
from app.blueprints.files.versions import Version
from app.core import clock, mail
from app.core.mail import Mail, Shot
from app.core.models import one
from app.core.storage import StorageError, storage
from app.extensions import db

log = logging.getLogger(__name__)

WIDTH, HEIGHT = 520, 720  # twice as many pixels as the mail gives it
PATIENCE = timedelta(minutes=1)


def plug_in() -> None:
    """Give mails their pictures."""
    mail.PICTURES.append(picture_of)
    mail.UNFINISHED.append(is_being_drawn)


def picture_of(letter: Mail) -> Shot | None:
    """The picture of the version that a mail is about, as every mail program can show it."""
    preview = _preview(letter)
    if preview is None or not preview.is_ready or preview.small_key is None:
        return None
    try:
        with storage().open(preview.small_key) as file:
            return Shot(_as_jpeg(file.read()), "jpeg")
    except (StorageError, OSError):
        log.exception("mail %s goes without its picture", letter.public_id)
        return None


def is_being_drawn(letter: Mail) -> bool:
    """Whether the picture came in just now, and will be there soon."""
    preview = _preview(letter)
    is_new = preview is not None and preview.created_at > clock.now() - PATIENCE
    return preview is not None and is_new and preview.is_waiting


def _preview(letter: Mail) -> Preview | None:
    user = db.session.get(User, letter.user_id) if letter.user_id else None
    if user is None or letter.picture_of is None:
        return None
    version = one(Version.visible_to(user).where(Version.id == letter.picture_of))
    return one(Preview.page_of(version, 1)) if version else None


def _as_jpeg(picture: bytes) -> bytes:
    """Our own WebP as JPEG: Outlook does not know the other."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        image.thumbnail((WIDTH, HEIGHT))
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A") if "A" in image.getbands() else None)
        out = io.BytesIO()
        paper.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()
