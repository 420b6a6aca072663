"""Every kind of page that a person can reach by links: nothing for axe to find, nothing off the side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE
from tests.browser.portal import Portal
from tests.browser.walk import pages

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
OWNER = "ole@studio-nordlicht.example"
APPROVER = "annette@baeckerei-sonnenschein.example"
ALL = ""
CONTRAST = "runOnly: ['color-contrast', 'target-size']"
"""What depends on width and colours; the rest of a page is the same."""
SMALL = {**PHONE, "viewport": {"width": 320, "height": 640}}


@pytest.mark.parametrize(("person", "scheme"), [(OWNER, "light"), (APPROVER, "dark")])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    demo: Portal, window: Callable[..., Page], person: str, scheme: str
) -> None:
    page = window(color_scheme=scheme, reduced_motion="reduce", **SMALL)
    sign_in(page, demo.sign_in_link(person))
    problems, visited = [], set()
    for endpoint in pages(demo.app(), page, demo.url):
        visited.add(endpoint)
        problems += look(page, endpoint) + look_at_the_other_side(page, endpoint, scheme)
    assert not problems, "\n".join(problems)
    assert {"projects.show", "files.show", "approvals.show", "accounts.list_sessions"} <= visited


def look_at_the_other_side(page: Page, name: str, scheme: str) -> list[str]:
    """The same page on a desktop and in the other colours: what can differ there."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    problems = look(page, f"{name}, the other side", CONTRAST)
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    return problems


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_door(
    demo: Portal, window: Callable[..., Page], scheme: str
) -> None:
    page = window(color_scheme=scheme, reduced_motion="reduce", **SMALL)
    page.goto(demo.sign_in_link(APPROVER))
    problems = look(page, "the button page")
    page.goto(f"{demo.url}/sign-in")
    problems += look(page, "sign-in")
    page.get_by_label("E-Mail-Adresse").fill("niemand@example.com")
    page.get_by_role("button", name="Link zusenden").click()
    page.wait_for_url("**/sign-in/sent")
    problems += look(page, "sent")
    page.goto(f"{demo.url}/gibt-es-nicht")
    problems += look(page, "not found")
    assert not problems, "\n".join(problems)


def sign_in(page: Page, link: str) -> None:
    """From the mail to the first page: open the link, press the button."""
    page.goto(link)
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/")


def look(page: Page, name: str, rules: str = ALL) -> list[str]:
    """What is wrong with the open page: rules of axe-core that it breaks, and a width beyond the screen."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {{resultTypes: ['violations'], {rules}}})")
    problems = [
        f"{name} ({page.url}): {each['id']}: {node['html']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
    scroll = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    wide = page.evaluate(scroll)
    return problems + ([f"{name} ({page.url}) is {wide} px too wide"] if wide > 0 else [])
