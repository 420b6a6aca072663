"""Killed at any moment, again and again: what was acknowledged is there, and there once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.core import clock
from app.core.mail import Mail
from app.core.models import every
from app.extensions import db
from tests.browser.portal import Portal
from tests.conftest import empty_database
from tests.faults import LONG
from tests.faults.invariants import broken, kinds_of_work
from tests.faults.office import Busy, Office
from tests.services import SmtpServer

KILLS = 60 if LONG else 3


@pytest.fixture
def portal(tmp_path: Path, smtp: SmtpServer) -> Iterator[Portal]:
    portal = Portal(tmp_path, like=empty_database().parent, FOYER_MAIL_URL=smtp.url)
    portal.start("web", "worker")
    yield portal
    portal.stop()


def test_a_portal_that_is_killed_again_and_again_keeps_what_it_acknowledged(
    portal: Portal, smtp: SmtpServer
) -> None:
    office, lot = Office.of(portal), random.Random(4)
    with Busy(office):
        for _ in range(KILLS):
            time.sleep(lot.uniform(0.5, 2.5))
            victims = lot.choice((["web"], ["worker"], ["web", "worker"]))
            for name in victims:
                portal.kill(name)
            portal.start(*victims)
    assert set(office.said) == {"upload", "share", "ask", "comment", "decide", "form", "archive"}
    portal.kill("worker")
    with office.app.app_context():
        end_leases()
    portal.flask("worker", "--once")
    assert office.lost() == []
    with office.app.app_context():
        assert broken() == []
        must_be_sent_once(smtp, KILLS)


def end_leases() -> None:
    """Let the time of all leases pass, without waiting for it."""
    for kind in kinds_of_work():
        held = update(kind).where(kind.leased_until.is_not(None))
        db.session.execute(held.values(leased_until=clock.now() - timedelta(seconds=1)))
    db.session.commit()


def must_be_sent_once(smtp: SmtpServer, kills: int) -> None:
    """Every mail went out; only one that was in flight when a worker died went twice, as the same."""
    sent = set(every(select(Mail.message_id).where(Mail.sent_at.is_not(None))))
    waiting = every(select(Mail.subject).where(Mail.due_at <= clock.now()))
    received = Counter(str(each.message["Message-ID"]) for each in smtp.received)
    assert waiting == []
    assert set(received) == sent
    assert received.total() <= len(sent) + kills
