"""A receipt as PDF, handed to somebody who has no access: they check it, and the approved file, in their browser."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.decisions import Decision
from app.core.models import every
from tests.browser.conftest import PHONE
from tests.browser.portal import Portal

ANNETTE = "annette@baeckerei-sonnenschein.example"
Window = Callable[..., Page]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_stranger_checks_a_receipt_and_a_file(
    demo: Portal, window: Window, tmp_path: Path, scripts: bool
) -> None:
    client = window(**PHONE)
    client.goto(demo.sign_in_link(ANNETTE, f"/decisions/{a_decision(demo)}"))
    client.get_by_role("button", name="Anmelden").tap()
    with client.expect_download() as pdf:
        client.get_by_role("link", name="Als PDF laden").tap()
    pdf.value.save_as(tmp_path / "Beleg.pdf")

    stranger = window(java_script_enabled=scripts, **PHONE)
    sent: list[bytes] = []
    stranger.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    stranger.goto(f"{demo.url}/verify")
    choose(stranger, tmp_path / "Beleg.pdf", scripts)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Dieser Beleg ist echt.")
    choose(stranger, tmp_path / "Beleg.pdf", scripts)
    expect(stranger.get_by_role("status")).to_contain_text("Das ist der Beleg selbst.")
    (tmp_path / "Anders.png").write_bytes(b"Etwas anderes")
    choose(stranger, tmp_path / "Anders.png", scripts)
    expect(stranger.get_by_role("status")).to_contain_text("Das ist eine andere Datei.")
    digest = hashlib.sha256((tmp_path / "Beleg.pdf").read_bytes()).hexdigest().encode()
    assert any(digest in body for body in sent) is scripts


def a_decision(demo: Portal) -> str:
    """The opaque id of an approval that Annette has given."""
    with demo.app().app_context():
        approved = select(Decision.public_id).where(Decision.outcome == "approved")
        (public_id,) = every(approved.join(User).where(User.email == ANNETTE).limit(1))
        return public_id


def choose(page: Page, file: Path, scripts: bool) -> None:
    """Choose a file; with scripts it is checked at once."""
    page.set_input_files('input[type="file"]', file)
    if not scripts:
        page.get_by_role("button", name="Datei prüfen").tap()
