"""Approvals by keyboard alone, and without scripts: everything that can be done with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.blueprints.approvals.models import Approval
from app.core import clock
from app.extensions import db
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import Portal
from tests.files.builders import a_picture

Window = Callable[..., Page]
NAMES = ("Messestand_Entwurf", "Einladungskarte")
MOST_TABS = 40
STANDS_OUT = """it => {
  const box = it.getBoundingClientRect();
  return getComputedStyle(it).outlineStyle !== "none" && box.top >= 0 && box.bottom <= innerHeight;
}"""


def test_a_decision_by_keyboard_alone(demo: Portal, window: Window) -> None:
    page = signed_in(demo, window(**DESKTOP), "annette@baeckerei-sonnenschein.example")
    page.goto(address_of(demo, "Anzeige „Lübecker Nachrichten“"))
    walk_to(page, "link", "Änderungen wünschen")
    expect(page.get_by_role("textbox", name="Ihr Änderungswunsch")).to_be_visible()
    walk_to(page, "link", "Abbrechen")
    walk_to(page, "button", "Freigeben")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Freigegeben. Vielen Dank!")
    expect(heading).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_all_that_approvals_can_do_without_scripts(
    demo: Portal, window: Window, tmp_path: Path
) -> None:
    def person(email: str, device: Any) -> Page:
        return signed_in(demo, window(java_script_enabled=False, **device), email)

    jana, tom = (person(f"{each}@studio-nordlicht.example", DESKTOP) for each in ("jana", "tom"))
    hauke, silke = (person(f"{each}@werft-holm.example", PHONE) for each in ("holm", "s.holm"))
    ask_for_two(jana)
    package = jana.url
    let_both_pass(tom, package)
    wish_changes_and_pass_on(hauke, package)
    silke.goto(package)
    silke.get_by_role("button", name="Freigeben").tap()
    expect(silke.get_by_text("Freigegeben. Vielen Dank!")).to_be_visible()
    bring_version(jana, package, tmp_path)
    hauke.goto(package)
    hauke.get_by_role("button", name="Freigeben").tap()
    expect(hauke.get_by_text("Alles beantwortet")).to_be_visible()
    take_back(jana, package)
    hauke.goto(package)
    expect(hauke.get_by_text("Eins wartet auf Sie").first).to_be_visible()
    change_and_withdraw(jana, package)


def ask_for_two(page: Page) -> None:
    page.get_by_role("link", name="Messe SMM").first.click()
    page.get_by_role("link", name=re.compile("^Freigaben")).first.click()
    page.get_by_role("link", name="Freigabe anfragen").click()
    for name in NAMES:
        page.get_by_label(re.compile(name)).check()
    page.get_by_label("Jedes für sich").check()
    page.get_by_label("Worum geht es?").fill("Messe komplett")
    page.get_by_role("checkbox", name="Silke Holm").first.uncheck()
    page.get_by_text("Weitere Möglichkeiten").click()
    page.get_by_label("Tom Lindner").check()
    page.get_by_role("button", name="Freigabe anfragen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Messe komplett")
    expect(page.get_by_text("Gefragt. Zuerst sehen es sich an: Tom Lindner.")).to_be_visible()


def let_both_pass(page: Page, package: str) -> None:
    for name in NAMES:
        page.goto(package)
        page.get_by_role("link", name=re.compile(name)).click()
        page.get_by_role("button", name="Durchlassen").click()
    expect(page.get_by_text("Der Kunde ist jetzt gefragt.")).to_be_visible()


def wish_changes_and_pass_on(page: Page, package: str) -> None:
    first, second = NAMES
    page.goto(package)
    page.get_by_role("link", name=re.compile(first)).tap()
    page.get_by_label("Ihre Anmerkung").fill("Der Tresen steht zu weit links.")
    page.get_by_role("button", name="Hinzufügen").tap()
    page.get_by_role("link", name="Änderungen wünschen").tap()
    page.get_by_role("button", name="Änderungswunsch senden").tap()
    expect(page).to_have_url(re.compile("/decisions/"))
    page.goto(package)
    page.get_by_role("link", name=re.compile(second)).tap()
    page.get_by_role("link", name="Jemand anderes im Haus soll entscheiden").tap()
    page.get_by_label("Silke Holm").check()
    page.get_by_role("button", name="Weitergeben").tap()
    expect(page.get_by_text("Silke Holm entscheidet an Ihrer Stelle")).to_be_visible()


def bring_version(page: Page, package: str, folder: Path) -> None:
    newer = folder / "Messestand_Entwurf.jpg"
    newer.write_bytes(a_picture(30, 20))
    page.goto(package)
    page.get_by_role("link", name=re.compile(NAMES[0])).click()
    expect(page.get_by_text("Der Tresen steht zu weit links.").first).to_be_visible()
    page.get_by_role("link", name="Neue Version hochladen").click()
    page.locator("#file-input").set_input_files(newer)
    page.get_by_role("button", name="Version 2 hochladen").click()
    page.goto(package)
    expect(page.get_by_role("link", name=re.compile(NAMES[0]))).to_be_visible()
    expect(page.get_by_text("Eins noch offen")).to_be_visible()


def take_back(page: Page, package: str) -> None:
    page.goto(package)
    page.get_by_role("link", name=re.compile(NAMES[0])).click()
    page.get_by_role("link", name="Zurücknehmen").first.click()
    page.get_by_label("Warum?").fill("Es war die falsche Ansicht.")
    page.get_by_label("Entscheidung bis").fill(f"{clock.now() + timedelta(days=9):%Y-%m-%d}")
    page.get_by_role("button", name="Zurücknehmen").click()
    expect(page.get_by_text("Zurückgenommen. Hauke Holm bekommt eine E-Mail")).to_be_visible()


def change_and_withdraw(page: Page, package: str) -> None:
    page.goto(package)
    page.get_by_role("link", name="Frist oder Nachricht ändern").click()
    page.get_by_label("Ihre Nachricht").fill("Der Standbauer wartet.")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Der Standbauer wartet.")).to_be_visible()
    page.get_by_role("button", name="Jetzt erinnern").click()
    expect(page.get_by_text("Heute erinnert").first).to_be_visible()
    page.get_by_text("Zurückziehen, was noch offen ist").click()
    page.get_by_role("button", name="Zurückziehen").click()
    expect(page.get_by_text("Was noch offen war, ist zurückgezogen.")).to_be_visible()


def address_of(demo: Portal, title: str) -> str:
    with demo.app().app_context():
        named = select(Approval.public_id).where(Approval.title == title)
        return f"{demo.url}/approvals/{db.session.scalars(named).one()}"


def signed_in(demo: Portal, page: Page, email: str) -> Page:
    page.goto(demo.sign_in_link(email))
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(f"{demo.url}/")
    return page


def walk_to(page: Page, role: Any, name: str) -> None:
    """Press Tab until it has the focus, so that one sees it; then press Enter."""
    wanted = page.get_by_role(role, name=name, exact=True).first
    expect(wanted).to_be_visible()
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("it => it === document.activeElement"):
            break
    else:
        raise AssertionError(f"{name} can't be reached with the keyboard")
    assert wanted.evaluate(STANDS_OUT), f"nobody sees that {name} has the focus"
    page.keyboard.press("Enter")
