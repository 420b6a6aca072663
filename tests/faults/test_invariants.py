"""The checker itself: sound data passes, and each kind of damage is named."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.blueprints.files.transfers import Transfer
from app.blueprints.files.versions import Version
from app.blueprints.notifications import announcements
from app.core.due import drain
from app.core.models import every
from app.core.storage import new_key, storage
from app.extensions import db
from tests.approvals.builders import Asked, an_open_approval
from tests.builders import a_mail
from tests.faults.invariants import broken

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def asked(sign_in: Callable[[Any], Any]) -> Asked:
    """Something of everything: a file, an approval, a decision, mails."""
    asked = an_open_approval()
    Transfer.begin(asked.project, asked.jana, "Film.mp4", 9)
    decision = {"outcome": "approved", "seen": asked.seen}
    sign_in(asked.annette).post(f"{asked.path}/decisions", data=decision)
    drain(announcements.DRAIN)
    assert broken() == []
    return asked


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE files SET weight = weight + 1", "weight is not the sum"),
        ("UPDATE files SET number = 2", "2 versions, but 1"),
        ("UPDATE transfers SET arrived = 9", "9 bytes acknowledged, 0 there"),
        ("UPDATE approvals SET state = 'open'", "open, but approved was said"),
        ("UPDATE reference_counters SET last = 2", "it is nowhere"),
        ("UPDATE receipt_copies SET leased_until = '2040-01-01 00:00:00'", "held until 2040"),
        ("UPDATE decisions SET reason = 'Nein'", "not what event"),
        ("DELETE FROM announcements", "announced or not"),
        ("UPDATE notifications SET mail_state = 'mailed'", "mailed by no mail"),
        ("UPDATE events SET facts = '{}'", "its content was changed"),
    ],
)
def test_a_row_that_is_wrong_is_named(asked: Asked, statement: str, sentence: str) -> None:
    db.session.execute(text(statement))
    db.session.commit()
    assert sentence in "\n".join(broken())


def test_bytes_without_a_row_and_rows_without_bytes_are_named(asked: Asked) -> None:
    key = storage().put(new_key(), io.BytesIO(b"x")).key
    assert f"{key}: stored, and no row knows it." in broken(timedelta(0))
    assert broken() == []
    [version] = every(select(Version))
    storage().delete(version.stored_as)
    assert "there are no bytes" in "\n".join(broken())


def test_a_mail_that_is_told_twice_is_named(asked: Asked) -> None:
    a_mail()
    assert broken() == []
    a_mail()
    assert "told twice" in "\n".join(broken())
