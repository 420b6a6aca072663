"""What is deleted by itself: bytes that no row knows, and uploads that nobody has gone on with."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from app.blueprints.files.keys import known
from app.blueprints.files.transfers import PATIENCE, Transfer, drafts
from app.core import clock
from app.core.chores import again
from app.core.models import every
from app.core.storage import storage
from app.core.storage.draft import Gone, Held
from app.extensions import db

GRACE = timedelta(days=7)
AT_ONCE = 500


@again("storage", timedelta(days=1))
def forget_remains() -> None:
    """Delete half-written files, and whole ones whose upload never got its row; only after a week."""
    db.session.rollback()  # Nothing is locked while we look through the storage.
    before = clock.now() - GRACE
    storage().discard_remains(before)
    keys = storage().keys(before=before)
    while some := set(islice(keys, AT_ONCE)):
        for key in some - known(some):
            storage().delete(key)


@again("uploads", timedelta(hours=1))
def forget_expired() -> None:
    """Delete what nobody has continued for long, and drafts whose rows never came to be."""
    expired = select(Transfer).where(Transfer.expires_at <= clock.now()).limit(AT_ONCE)
    # Who is just choosing what becomes of an upload holds its row; then it is left alone.
    for transfer in every(expired.with_for_update(skip_locked=True)):
        try:
            with transfer.draft.held():
                transfer.forget()
        except Gone:
            transfer.forget()
        except Held:
            continue  # Somebody is at it just now; the next time, then.
    db.session.flush()
    _sweep((clock.now() - PATIENCE).timestamp())


def _sweep(before: float) -> None:
    begun = set(every(select(Transfer.public_id)))
    for path in drafts().glob("*"):
        if path.name not in begun and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
