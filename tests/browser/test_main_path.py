"""The whole story in a real browser: an agency sets its portal up, a client comes by phone and approves."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.mail import Mail
from app.extensions import db
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.portal import Portal

ANNETTE = "annette@baeckerei-sonnenschein.example"
Window = Callable[..., Page]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_an_empty_portal_to_an_approval(
    portal: Portal, window: Window, tmp_path: Path, scripts: bool
) -> None:
    photo, letter = a_photo(tmp_path), a_letter(tmp_path)
    agency = window(java_script_enabled=scripts, **DESKTOP)
    set_up(portal, agency)
    add_client_and_person(agency)
    start_project(agency)
    post_update(agency)
    upload(agency, photo, scripts)
    upload(agency, letter, scripts)
    share(agency, letter)
    ask_for_approval(agency, photo.name)

    phone = window(java_script_enabled=scripts, **PHONE)
    phone.goto(link_in_mail(portal, "invitation", "/join/"))  # first tap, in the mail
    phone.get_by_role("button", name="Einladung annehmen").tap()  # second tap
    expect(phone.get_by_role("heading", level=1)).to_have_text(re.compile("Eine Sache wartet auf"))
    phone.goto(portal.url)
    expect(phone.get_by_text("Plakat, Version 1").first).to_be_visible()

    phone.get_by_role("link", name="Herbstkampagne 2026").first.tap()
    phone.get_by_role("link", name=re.compile("^Dateien")).tap()
    for sent in (photo, letter):
        assert same_bytes(phone, sent), sent.name

    phone.goto(portal.url)
    phone.get_by_role("link", name="Ansehen und entscheiden").tap()
    phone.get_by_role("button", name="Freigeben", exact=True).tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Freigegeben. Vielen Dank!")
    assert hashlib.sha256(photo.read_bytes()).hexdigest()[:8] in phone.inner_text("main")

    agency.goto(portal.url)
    agency.get_by_role("link", name="Projekte", exact=True).click()
    agency.get_by_role("link", name="Herbstkampagne 2026").first.click()
    agency.get_by_role("link", name=re.compile("^Freigaben")).click()
    expect(agency.locator("main").get_by_text("Freigegeben").first).to_be_visible()


def test_from_the_mail_to_freigegeben_in_three_taps(demo: Portal, window: Window) -> None:
    phone = window(**PHONE)
    link = demo.flask("demo", "--links").split()[-1]
    phone.goto(link)  # first tap
    phone.get_by_role("button", name="Anmelden").tap()  # second tap
    phone.get_by_role("button", name="Freigeben", exact=True).tap()  # third tap
    expect(phone.get_by_role("heading", level=1)).to_have_text("Freigegeben. Vielen Dank!")
    expect(phone.get_by_role("heading", level=1)).to_be_focused()


def test_a_scanner_that_runs_scripts_leaves_the_link_to_the_person(
    demo: Portal, window: Window
) -> None:
    link = demo.sign_in_link("murat@baeckerei-sonnenschein.example")
    scanner = window(**DESKTOP)
    for _ in range(2):
        scanner.goto(link)
        scanner.wait_for_load_state("networkidle")
        expect(scanner.get_by_role("button", name="Anmelden")).to_be_visible()
    assert scanner.request.head(link).status == 200
    person = window(**PHONE)
    person.goto(link)
    person.get_by_role("button", name="Anmelden").tap()
    expect(person.get_by_text("Herbstkampagne 2026").first).to_be_visible()


def test_the_browser_that_asked_is_in_at_once_and_another_by_the_code(
    demo: Portal, window: Window
) -> None:
    asked = window(**DESKTOP)
    asked.goto(demo.url)
    asked.get_by_label("E-Mail-Adresse").fill("holm@werft-holm.example")
    asked.get_by_role("button", name="Link zusenden").click()
    expect(asked.get_by_role("heading", level=1)).to_have_text("Bitte sehen Sie in Ihr Postfach.")
    asked.goto(link_in_mail(demo, "sign_in", "/sign-in/"))
    expect(asked.get_by_text("Messe SMM").first).to_be_visible()

    other = window(**PHONE)
    other.goto(demo.url)
    other.get_by_label("E-Mail-Adresse").fill("holm@werft-holm.example")
    other.get_by_role("button", name="Link zusenden").tap()
    other.get_by_label("Oder Code aus der E-Mail eingeben").fill(code_in_mail(demo))
    other.get_by_role("button", name="Mit Code anmelden").tap()
    expect(other.get_by_text("Messe SMM").first).to_be_visible()


def set_up(portal: Portal, page: Page) -> None:
    page.goto(portal.flask("set-up-link").strip())
    page.get_by_label("Name Ihrer Agentur").fill("Studio Nordlicht")
    page.get_by_label("Ihr Name").fill("Jana Petersen")
    page.get_by_label("Ihre E-Mail-Adresse").fill("jana@studio-nordlicht.example")
    page.get_by_role("button", name="Portal öffnen").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_url(f"{portal.url}/")


def add_client_and_person(page: Page) -> None:
    page.get_by_role("link", name="Kunden", exact=True).click()
    page.get_by_role("link", name="Kunde anlegen").first.click()
    page.get_by_label("Name", exact=True).fill("Bäckerei Sonnenschein")
    page.get_by_role("button", name="Kunde anlegen").click()
    page.get_by_role("link", name="Person einladen").click()
    page.get_by_label("Name", exact=True).fill("Annette Sonnenschein")
    page.get_by_label("E-Mail-Adresse").fill(ANNETTE)
    page.get_by_label("Gibt frei").check()
    page.get_by_role("button", name="Einladung senden").click()
    expect(page.get_by_text(ANNETTE, exact=True)).to_be_visible()


def start_project(page: Page) -> None:
    page.get_by_role("link", name="Projekt anlegen").first.click()
    page.get_by_label("Name", exact=True).fill("Herbstkampagne 2026")
    page.get_by_role("button", name="Projekt anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Herbstkampagne 2026")


def post_update(page: Page) -> None:
    page.get_by_role("link", name="Bericht schreiben").click()
    page.get_by_label("Titel").fill("Es geht los")
    page.get_by_label("Text").fill("Guten Morgen, **Version 1** des Plakats ist da.")
    page.get_by_role("button", name="Bericht veröffentlichen").click()
    expect(page.get_by_role("heading", name="Es geht los")).to_be_visible()


def upload(page: Page, file: Path, scripts: bool) -> None:
    """Choose a file; with scripts it goes at once, without them by the button."""
    page.get_by_role("link", name=re.compile("^Dateien")).first.click()
    page.locator("input[type=file]").set_input_files(file)
    if not scripts:
        page.get_by_role("button", name="Hochladen").click()
    expect(
        page.locator("#file-list").get_by_role("link", name=file.stem[-8:]).first
    ).to_be_visible()


def share(page: Page, file: Path) -> None:
    page.get_by_role("link", name=file.name, exact=True).click()
    page.get_by_role("button", name="Mit dem Kunden teilen").click()
    expect(page.get_by_role("button", name="Wieder auf intern stellen")).to_be_visible()


def ask_for_approval(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile("^Freigaben")).first.click()
    page.get_by_role("link", name="Freigabe anfragen").click()
    page.get_by_label(re.compile(re.escape(name))).check()
    page.get_by_label("Worum geht es?").fill("Plakat, Version 1")
    page.get_by_label("Ihre Nachricht").fill("Passt das so für den Druck?")
    page.get_by_role("button", name="Freigabe anfragen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plakat, Version 1")


def same_bytes(page: Page, sent: Path) -> bool:
    """Whether what the page's download gives is what was sent, byte for byte."""
    link = page.get_by_role("link", name=f"{sent.name} herunterladen")
    with page.expect_download() as download:
        link.tap()
    assert download.value.suggested_filename == sent.name
    return Path(download.value.path()).read_bytes() == sent.read_bytes()


def link_in_mail(portal: Portal, kind: str, path: str) -> str:
    """The address with this path in the last mail of a kind."""
    text = last_mail(portal, kind).text
    found = re.search(rf"{re.escape(portal.url)}{path}\S+", text)
    assert found is not None, text
    return found.group()


def code_in_mail(portal: Portal) -> str:
    found = re.search(r"\b\d{3} ?\d{3}\b", last_mail(portal, "sign_in").text)
    assert found is not None
    return found.group()


def last_mail(portal: Portal, kind: str) -> Any:
    with portal.app().app_context():
        query = select(Mail).where(Mail.kind == kind, Mail.to_email != "").order_by(Mail.id.desc())
        mail = db.session.scalars(query.limit(1)).one()
        db.session.expunge(mail)
        return mail


def a_photo(folder: Path) -> Path:
    """A photo of some MB, as a phone takes it."""
    path = folder / "Plakat_Kürbiskernbrot.jpg"
    picture = Image.frombytes("RGB", (2000, 1500), os.urandom(2000 * 1500 * 3))
    picture.save(path, quality=90)
    assert path.stat().st_size > 2_000_000
    return path


def a_letter(folder: Path) -> Path:
    """A PDF whose name has umlauts, spaces and brackets."""
    path = folder / "Übersicht (final) – Kopie.pdf"
    path.write_bytes(b"%PDF-1.7\n" + os.urandom(300_000) + b"\n%%EOF\n")
    return path
