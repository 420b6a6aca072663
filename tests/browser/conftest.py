"""A real Chromium, and a running portal with the demo agency in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.portal import Portal
from tests.conftest import empty_database
from tests.once import made_once

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
expect.set_options(timeout=15_000)  # A busy machine is no broken page.
AWAY = ("net::ERR_CONNECTION", "net::ERR_EMPTY", "net::ERR_INTERNET", "net::ERR_NETWORK")
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demo agency, running. Tests that share it only look, or change what no other test looks at."""
    portal = Portal(tmp_path_factory.mktemp("demo"), like=made_once("demo", make_demo))
    portal.start("web")
    yield portal
    portal.stop()


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """An empty installation, running with its worker, for one test alone."""
    portal = Portal(tmp_path, like=empty_database().parent)
    portal.start("web", "worker")
    yield portal
    portal.stop()


def make_demo(folder: Path) -> None:
    """Fill a new installation with the demo, and draw its previews."""
    portal = Portal(folder, like=empty_database().parent)
    portal.flask("demo")
    portal.flask("worker", "--once")


@pytest.fixture(scope="session")
def chrome(chromium: str) -> Iterator[Browser]:
    """The browser program; each test opens its own windows in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def window(chrome: Browser) -> Iterator[Callable[..., Page]]:
    """Open a window with its own cookies; what goes wrong on its pages fails the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def opened(**options: Any) -> Page:
        context = chrome.new_context(**{"locale": "de-DE", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complain(problems, page, str(error)))
        page.on("console", lambda message: note(problems, page, message))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems


def complain(problems: list[str], page: Page, error: str) -> None:
    """Remember what a script died of; a cross-fade that Chromium gives up is none of ours."""
    if "ransition" not in error:
        problems.append(f"{page.url}: {error}")


def note(problems: list[str], page: Page, message: Any) -> None:
    """Remember what the browser complains about: scripts that failed, and what the CSP refused."""
    expected = ("status of", *AWAY)
    if message.type == "error" and not any(words in message.text for words in expected):
        problems.append(f"{page.url}: {message.text}")
