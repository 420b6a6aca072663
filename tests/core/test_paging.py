"""Lists a page at a time."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.clients.models import Client
from app.core.models import add
from app.core.paging import Page, page

FORGED_MOMENTS = (
    "yesterday", "2026-09-22", "2026-09-22T10:00:00", 17, None,
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
)  # fmt: skip
USELESS = (
    "", "x", "!!!", "é", "a" * 3000, "bnVsbA", "W10", "WyJhIl0",
)  # fmt: skip


@pytest.fixture
def clients(app: Any) -> None:
    for number in range(7):
        add(Client(name=f"Client {number // 2}"))


def by_name(cursor: str | None = None, size: int = 3) -> Page[Client]:
    return page(select(Client), (Client.name, Client.id.desc()), cursor, size)


def names(shown: Page[Client]) -> list[tuple[str, int]]:
    return [(row.name, row.id) for row in shown.rows]


def a_cursor(*content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.usefixtures("clients")
def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    first = by_name()
    second = by_name(first.next)
    third = by_name(second.next)
    assert names(first) == [("Client 0", 2), ("Client 0", 1), ("Client 1", 4)]
    assert names(second) == [("Client 1", 3), ("Client 2", 6), ("Client 2", 5)]
    assert names(third) == [("Client 3", 7)]
    assert third.next is None


@pytest.mark.usefixtures("clients")
def test_the_way_back_leads_over_the_same_pages() -> None:
    first = by_name()
    second = by_name(first.next)
    third = by_name(second.next)
    back = by_name(third.previous)
    assert names(back) == names(second)
    assert names(by_name(back.previous)) == names(first)
    assert by_name(back.previous).previous is None


@pytest.mark.usefixtures("clients")
def test_a_list_that_fits_has_one_page() -> None:
    shown = by_name(size=7)
    assert len(shown.rows) == 7
    assert (shown.next, shown.previous) == (None, None)


@pytest.mark.usefixtures("app")
def test_an_empty_list_is_an_empty_page() -> None:
    assert by_name() == Page([], None, None)


@pytest.mark.usefixtures("clients")
def test_instants_order_a_list() -> None:
    columns = (Client.created_at, Client.id)
    first = page(select(Client), columns, None, 4)
    rest = page(select(Client), columns, first.next, 4)
    assert [row.id for row in rest.rows] == [5, 6, 7]


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize("cursor", USELESS)
def test_a_cursor_that_is_of_no_use_leads_to_the_first_page(cursor: str) -> None:
    assert names(by_name(cursor)) == names(by_name())


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize(
    "content",
    [
        ("a", 1, 1),
        ("a", "Client 0", 2**70),
        ("a", "Client 0", True),
        ("a", "Client\0", 1),
        ("a", "\ud800", 1),
        ("a", "Client 0", None),
        ("a", "Client 0", [1]),
        ("z", "Client 0", 1),
        ("a", "Client 0"),
        ([], "Client 0", 1),
        ("a", "Client 9", 1),
    ],
)
def test_a_forged_cursor_leads_to_the_first_page(content: Any) -> None:
    assert names(by_name(a_cursor(*content))) == names(by_name())


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize("moment", FORGED_MOMENTS)
def test_a_forged_moment_leads_to_the_first_page(moment: Any) -> None:
    shown = page(select(Client), (Client.created_at, Client.id), a_cursor("a", moment, 1), 2)
    assert [row.id for row in shown.rows] == [1, 2]


@pytest.mark.usefixtures("clients")
def test_a_moment_is_found_again() -> None:
    cursor = a_cursor("a", datetime(2000, 1, 1, tzinfo=UTC).isoformat(), 1)
    shown = page(select(Client), (Client.created_at, Client.id), cursor, 2)
    assert shown.previous is not None
