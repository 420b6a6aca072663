"""Background work: prints the copies of receipts."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from flask_babel import force_locale
from sqlalchemy import select

from app.blueprints.approvals.copies import ReceiptCopy
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.receipt import Receipt
from app.blueprints.files.versions import Version
from app.core.agency import Agency
from app.core.due import Drain
from app.core.formats import force_time_zone
from app.core.models import every
from app.core.storage import StorageError, new_key, storage
from app.extensions import db


def print_copy(copy: ReceiptCopy) -> None:
    """Print one copy and keep it; what no row knows in the end is taken away again."""
    stored = storage().put(new_key(), BytesIO(_printed(copy)))
    try:
        db.session.refresh(copy, with_for_update=True)
        if copy.is_there:  # The lease had run out, and another worker was faster.
            storage().delete(stored.key)
        else:
            copy.keep(stored)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        storage().delete(stored.key)
        raise


def _printed(copy: ReceiptCopy) -> bytes:
    # Imported here: what prints takes a second and much memory to load, and only a worker prints.
    from app.blueprints.approvals.printed import Sender, print_receipt

    agency, language = Agency.current(), copy.language
    assert agency is not None
    sender, zone = Sender(agency.name, agency.colour), agency.time_zone
    decision = db.session.get_one(Decision, copy.decision_id)
    receipt, picture = Receipt.of(decision), _picture(decision)
    db.session.commit()  # Nothing is locked while it is printed.
    with force_locale(language), force_time_zone(zone):
        return print_receipt(receipt, sender, picture, language)


def _picture(decision: Decision) -> BinaryIO | None:
    """What was decided on, small, if there is a picture of it."""
    numbers = [each["version"] for each in decision.seen]
    query = select(Version).where(Version.public_id.in_(numbers)).order_by(Version.id)
    previews = [version.preview for version in every(query) if version.has_picture]
    key = next((each.small_key for each in previews if each and each.small_key), None)
    try:
        return BytesIO(b"".join(storage().read(key))) if key else None
    except StorageError:  # The receipt is of use without it.
        return None


DRAIN = Drain("receipts", ReceiptCopy, print_copy)
