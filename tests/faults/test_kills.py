"""Killed at any moment, again and again: what was acknowledged is there, and there once."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.portal import Portal
from tests.conftest import empty_database
from tests.faults import LONG
from tests.faults.after import must_be_sound
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
    must_be_sound(office, portal, smtp, KILLS)
