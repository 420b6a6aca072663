"""Every kind of page that a person can reach by links: nothing for axe to find, nothing off the side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import Portal
from tests.browser.walk import pages

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
OWNER = "ole@studio-nordlicht.example"
APPROVER = "annette@baeckerei-sonnenschein.example"
SMALL = {**PHONE, "viewport": {"width": 320, "height": 640}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("person", "device"), [(OWNER, DESKTOP), (OWNER, SMALL), (APPROVER, DESKTOP), (APPROVER, SMALL)]
)
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    demo: Portal, window: Callable[..., Page], person: str, device: dict[str, Any], scheme: str
) -> None:
    page = window(color_scheme=scheme, reduced_motion="reduce", **device)
    sign_in(page, demo.sign_in_link(person))
    visited = [look(page, endpoint) for endpoint in pages(demo.app(), page, demo.url)]
    assert "projects.show" in visited
    assert "approvals.show" in visited


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_door(
    demo: Portal, window: Callable[..., Page], scheme: str
) -> None:
    page = window(color_scheme=scheme, reduced_motion="reduce", **SMALL)
    page.goto(demo.sign_in_link(APPROVER))
    look(page, "the button page")
    page.goto(f"{demo.url}/sign-in")
    look(page, "sign-in")
    page.get_by_label("E-Mail-Adresse").fill("niemand@example.com")
    page.get_by_role("button", name="Link zusenden").click()
    page.wait_for_url("**/sign-in/sent")
    look(page, "sent")
    page.goto(f"{demo.url}/gibt-es-nicht")
    look(page, "not found")


def sign_in(page: Page, link: str) -> None:
    """From the mail to the first page: open the link, press the button."""
    page.goto(link)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/")


def look(page: Page, name: str) -> str:
    """Fail if the open page breaks a rule of axe-core or is wider than the screen."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    problems = [
        f"{each['id']}: {node['html']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
    assert not problems, f"{name} ({page.url}):\n" + "\n".join(problems)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{name} ({page.url}) is {wide} px too wide"
    return name
