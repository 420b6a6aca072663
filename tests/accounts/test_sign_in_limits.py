"""Limits of signing in: said aloud, and never in the way of who owns the address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from app.blueprints.accounts.signin import NETWORK_REQUESTS, OPEN_LINKS, SignInLink, network_of
from app.core import clock
from app.core.models import every
from app.extensions import limiter
from tests.accounts.builders import annette, ask, letters, link_in
from tests.conftest import a_browser

NINE = datetime(2026, 9, 22, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def test_who_has_several_links_is_told_that_they_work_and_when_to_ask(client: Any) -> None:
    with time_machine.travel(NINE, tick=False):
        annette()
        for _ in range(OPEN_LINKS):
            assert ask(client).status_code == 303
        page = client.post("/sign-in", data={"email": letters()[0].to_email})
        assert page.status_code == 429
        assert "they still work" in page.text
        assert "9:15" in page.text
        assert client.get(link_in(letters()[0])).status_code == 303


def test_after_a_quarter_of_an_hour_the_next_link_comes(client: Any) -> None:
    annette()
    for _ in range(OPEN_LINKS):
        ask(client)
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert ask(client).status_code == 303
    assert len(letters()) == OPEN_LINKS + 1


def test_a_stranger_is_told_the_same(client: Any) -> None:
    for _ in range(OPEN_LINKS):
        ask(client, "nobody@nowhere.de")
    page = ask(client, "nobody@nowhere.de")
    assert page.status_code == 429
    assert "they still work" in page.text


def test_a_network_can_only_ask_so_often(app: Any, client: Any) -> None:
    for number in range(NETWORK_REQUESTS):
        ask(client, f"somebody-{number}@nowhere.de")
    refused = ask(client)
    assert refused.status_code == 429
    assert "in 15 minutes" in refused.text
    elsewhere = a_browser(app)
    answer = elsewhere.post(
        "/sign-in", data={"email": "a@b.de"}, environ_base={"REMOTE_ADDR": "198.51.100.7"}
    )
    assert answer.status_code == 303


def test_what_was_refused_leaves_no_row(client: Any, db: Any) -> None:
    annette()
    for _ in range(OPEN_LINKS + 3):
        ask(client)
    assert len(every(db.select(SignInLink))) == OPEN_LINKS


def test_a_network_is_an_address_or_its_64_bits() -> None:
    assert network_of("203.0.113.9") == "203.0.113.9"
    assert network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64"
    assert network_of("") == ""


@pytest.fixture
def limited(app: Any) -> Iterator[None]:
    limiter.reset()
    limiter.enabled = True
    yield
    limiter.enabled = False
    limiter.reset()


def test_a_flood_is_stopped_with_a_friendly_page(client: Any, limited: None) -> None:
    answers = [client.post("/sign-in/code", data={"code": "1"}) for _ in range(61)]
    assert answers[59].status_code == 422
    assert answers[60].status_code == 429
    assert "One moment, please." in answers[60].text
    assert "wait a few minutes" in answers[60].text


def test_links_that_were_printed_do_not_count(client: Any) -> None:
    person = annette()
    for _ in range(OPEN_LINKS):
        SignInLink.made_for(person)
    assert ask(client).status_code == 303
