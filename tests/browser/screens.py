"""Writes a picture of every kind of page: phone and desktop, light and dark, German and English."""

from __future__ import annotations

import argparse
import itertools
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS, DESKTOP, PHONE
from tests.browser.portal import Portal
from tests.browser.walk import pages
from tests.services import chromium_path

PEOPLE = {
    "owner": "ole@studio-nordlicht.example",
    "client": "annette@baeckerei-sonnenschein.example",
}
DEVICES = {"phone": PHONE, "desktop": DESKTOP}
SCHEMES = ("light", "dark")
LANGUAGES = {"de": "de-DE", "en": "en-GB"}


def main() -> None:
    """Start the demo, walk through it as each kind of person, and leave the pictures in a folder."""
    parser = argparse.ArgumentParser(prog="bin/screens", description=__doc__)
    parser.add_argument("folder", nargs="?", default="screens", type=Path)
    parser.add_argument(
        "--only", default="", help="a part of the pictures' names, e.g. phone-dark-de"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as instance, sync_playwright() as playwright:
        portal = Portal(Path(instance))
        portal.flask("demo")
        portal.flask("worker", "--once")
        portal.start("web")
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        try:
            for person, device, scheme, language in itertools.product(
                PEOPLE, DEVICES, SCHEMES, LANGUAGES
            ):
                prefix = f"{person}-{device}-{scheme}-{language}"
                if chosen.only in prefix:
                    draw(portal, browser, chosen.folder, prefix)
        finally:
            portal.stop()


def draw(portal: Portal, browser: Browser, folder: Path, prefix: str) -> None:
    """Draw all pages of one person on one device."""
    person, device, scheme, language = prefix.split("-")
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        color_scheme=scheme, locale=LANGUAGES[language], reduced_motion="reduce", **DEVICES[device]
    )
    page = context.new_page()
    page.goto(f"{portal.url}/sign-in")
    page.screenshot(path=folder / f"{prefix}-sign-in.png", full_page=True)
    link = portal.sign_in_link(PEOPLE[person])
    page.goto(link)
    page.screenshot(path=folder / f"{prefix}-sign-in-link.png", full_page=True)
    page.locator("main form button").first.click()
    page.wait_for_url(f"{portal.url}/")
    speak(portal, PEOPLE[person], language)
    for endpoint in pages(portal.app(), page, portal.url):
        name = endpoint.replace(".", "-").replace("?", "-")
        page.screenshot(path=folder / f"{prefix}-{name}.png", full_page=True)
    context.close()


def speak(portal: Portal, email: str, language: str) -> None:
    """Let a person read the portal in another language."""
    from app.blueprints.accounts.models import User
    from app.extensions import db

    with portal.app().app_context():
        user = User.with_email(email)
        assert user is not None
        user.language = language
        db.session.commit()


if __name__ == "__main__":
    main()
