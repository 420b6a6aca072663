"""Whether a receipt that somebody has is genuine: what they type, or the file itself, against the log."""

from __future__ import annotations

import re

from sqlalchemy import and_, select

from app.blueprints.approvals.copies import ReceiptCopy
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.log import DECIDING
from app.blueprints.approvals.receipt import CODE, Receipt
from app.blueprints.approvals.verification import holds
from app.core.events import Event
from app.core.models import one
from app.core.tokens import same
from app.extensions import db

HASH = re.compile(r"[0-9a-f]{64}")
CODES = re.compile(rf"[0-9a-f]{{{CODE}}}|[0-9a-f]{{64}}")
REFERENCE = re.compile(r"F-\d{4}-\d{4,9}")
NO_HASH = "-" * 64


def receipt_with(reference: str, code: str) -> Receipt | None:
    """The receipt that says both, if the log and the decision still do.

    One look for any pair, so that a wrong code takes as long as a reference that there is not.
    """
    code = re.sub(r"[\s-]", "", code).lower()
    reference = re.sub(r"\s", "", reference).upper()
    if not CODES.fullmatch(code) or not REFERENCE.fullmatch(reference):
        return None
    lines = and_(
        Event.subject_type == "approval",
        Event.subject_id == Decision.approval_id,
        Event.verb.in_(DECIDING.values()),
    )
    found = select(Decision.public_id, Event.hash).join(Event, lines)
    rows = db.session.execute(found.where(Decision.reference == reference)).all()
    right = [same(hash[: len(code)], code) for hash in [*(each.hash for each in rows), NO_HASH]]
    receipt = _of(rows[0].public_id) if any(right) else None
    return receipt if receipt and same(receipt.hash[: len(code)], code) else None


def receipt_under(seal: str) -> Receipt | None:
    """The receipt with this reference and code in one."""
    reference, _dash, code = seal.rpartition("-")
    return receipt_with(reference, code)


def receipt_in(sha256: str) -> Receipt | None:
    """The receipt that a PDF of ours is, by the hash of the file."""
    copied = select(ReceiptCopy.decision_id).where(ReceiptCopy.sha256 == sha256)
    query = select(Decision.public_id).where(Decision.id.in_(copied))
    public_id = one(query) if HASH.fullmatch(sha256) else None
    return _of(public_id) if public_id else None


def is_copy_of(receipt: Receipt, sha256: str) -> bool:
    """Whether a file is this receipt as it was printed."""
    found = receipt_in(sha256)
    return found is not None and found.reference == receipt.reference


def _of(public_id: str) -> Receipt | None:
    decision = one(select(Decision).where(Decision.public_id == public_id))
    return Receipt.of(decision) if decision and holds(decision) else None
