"""A page costs the same, however much there is; and the first one comes quickly over a slow line."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.portal.crowd import Crowd
from tests.portal.nonsense import PARTIAL
from tests.portal.people import APPROVER, MAIN, OWNER
from tests.portal.routes import CHANGES, PAGES, Route
from tests.portal.visits import Portal, page_of

FEW, FULL, MANY = 5, 120, 5_000
"""FULL is more than one page of every list: from there on, a page must not grow."""
MOST = 30
"""The agency's home asks every feature what waits for either side; other pages need fewer."""
MAIN_PAGES = (
    "projects.home", "projects.index", "projects.show", "projects.list_updates", "files.index",
    "files.show", "files.show_folder", "files.list_archive", "files.list_requests",
    "files.show_request", "approvals.index", "approvals.show", "approvals.show_package",
    "approvals.show_receipt", "approvals.list_receipts", "clients.index", "clients.show",
    "accounts.list_sessions", "accounts.list_mails", "projects.show_help",
)  # fmt: skip
FIRST_PAGE, FRAGMENT = 60_000, 10_000
GZIP = {"Accept-Encoding": "gzip"}

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def crowd(portal: Portal) -> Crowd:
    """The client of the world, with more and more of everything; and a mailbox to look at."""
    portal.be_a_demo()
    return Crowd(portal.world.ours)


@pytest.mark.parametrize("person", [APPROVER, MAIN, OWNER])
def test_a_page_costs_the_same_with_few_and_with_many_rows(
    portal: Portal, crowd: Crowd, count_queries: Any, person: str
) -> None:
    pages = [page for page in PAGES if page.endpoint in MAIN_PAGES and can_see(page, person)]
    queries: dict[int, dict[str, int]] = {}
    sizes: dict[int, dict[str, int]] = {}
    for count in (FEW, FULL, MANY):
        crowd.grow(count)
        queries[count], sizes[count] = {}, {}
        for page in pages:
            portal.visit(page, person)  # The first look at an approval is noted.
            with count_queries() as statements:
                response = portal.visit(page, person)
            assert response.status_code == 200, page.name
            queries[count][page.name], sizes[count][page.name] = len(statements), len(response.data)
    told = "\n".join(
        f"{queries[FEW][name]:3} {queries[MANY][name]:3}  {name}" for name in queries[FEW]
    )
    # With more rows, a first page can do without what none of its rows has, such as a package.
    grown = [
        name
        for name, few in queries[FEW].items()
        if max(queries[FULL][name], queries[MANY][name]) > few
    ]
    assert not grown, f"queries at {FEW} and {MANY} rows:\n{told}"
    assert max(queries[MANY].values()) <= MOST, f"queries at {FEW} and {MANY} rows:\n{told}"
    grown = [name for name, size in sizes[MANY].items() if size > sizes[FULL][name] + 500]
    assert not grown, f"grow beyond their first page: {grown}"


def test_the_first_page_of_a_client_needs_few_requests_and_bytes(
    portal: Portal, crowd: Crowd
) -> None:
    """What the browser asks for later (manifest, service worker) or as content (pictures) is left out."""
    crowd.grow(FULL)
    browser = portal.browser(APPROVER)
    page = browser.get("/", headers=GZIP)
    text = gzip.decompress(page.data).decode()
    drawn = r'<(?:link rel="(?:stylesheet|icon)"|script|img|use)[^>]* (?:href|src)="(/(?:assets|brand)[^"#]*)'
    addresses = set(re.findall(drawn, text))
    sizes = {"/": len(page.data)}
    for address in addresses:
        answer = browser.get(address, headers=GZIP)
        assert answer.status_code == 200, address
        sizes[address] = len(answer.data)
    assert len(sizes) <= 6, sizes
    assert sum(sizes.values()) <= FIRST_PAGE, sizes


def test_a_part_of_a_page_is_small(portal: Portal, crowd: Crowd) -> None:
    crowd.grow(FULL)
    large = []
    for route in (*PAGES, *CHANGES):
        if route.endpoint.startswith("accounts.") or route.records:
            continue  # A change there could end the session; what is downloaded has no bytes here.
        response = portal.visit(route, OWNER, headers={**PARTIAL, **GZIP})
        if is_part(response) and len(response.data) > FRAGMENT:
            large.append(f"{route.name}: {len(response.data)} bytes")
    assert not large, "\n".join(large)


def can_see(page: Route, person: str) -> bool:
    """Whether a person gets the page; as the portal is a demo, everybody sees its mailbox."""
    return page.endpoint == "accounts.list_mails" or page.answer_to(person) == "ok"


def is_part(response: TestResponse) -> bool:
    packed = response.headers.get("Content-Encoding") == "gzip"
    page = gzip.decompress(response.data).decode() if packed else page_of(response)
    return response.mimetype == "text/html" and "<html" not in page
