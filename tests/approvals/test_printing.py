"""Copies of receipts: printed by the worker, the same bytes each time, kept as they are."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.approvals.copies import ReceiptCopy
from app.blueprints.approvals.printed import Sender, print_receipt
from app.blueprints.approvals.printing import DRAIN
from app.blueprints.approvals.receipt import Receipt
from app.core.due import drain
from app.core.models import every
from app.core.storage import storage
from tests.approvals.builders import a_decision, an_open_approval
from tests.approvals.pdf_a import problems_of
from tests.builders import a_client, an_approver
from tests.files.builders import a_picture, draw_all

SignIn = Callable[[Any], Any]
STUDIO = Sender("Studio Nordlicht", "#f5b52e")
SEEN = {"version": "x", "name": "Plakat.pdf", "number": 3, "size": 2_400_000, "sha256": "9f" * 32}


def test_a_decision_is_printed_in_every_language_and_kept(sign_in: SignIn) -> None:
    asked = an_open_approval()
    draw_all()
    decision = a_decision(asked)
    browser = sign_in(asked.annette)
    page = f"/decisions/{decision.public_id}"
    assert "The PDF is being printed." in browser.get(page).text
    assert browser.get(f"{page}/copy").status_code == 409
    assert drain(DRAIN) == 2
    copies = {copy.language: copy for copy in every(select(ReceiptCopy))}
    assert sorted(copies) == ["de", "en"]
    assert f"{page}/copy" in browser.get(page).text
    answer = browser.get(f"{page}/copy")
    assert answer.data.startswith(b"%PDF-1.7") and b"/Lang (en)" in answer.data
    assert b"pdfaid:part>3<" in answer.data
    assert 'filename="Receipt F-' in answer.headers["Content-Disposition"]
    assert b"".join(storage().read(str(copies["en"].key))) == answer.data
    assert answer.headers["ETag"] == f'"{copies["en"].sha256}"'


@pytest.mark.usefixtures("agency")
@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Hồng Ánh", "Şükrü Ilgın-Łęcki", "王小明 🎉", "شيماء", "\ud83d lone \0"]
)
def test_the_same_receipt_gives_the_same_bytes_whatever_the_name(name: str) -> None:
    receipt = a_receipt(name=name)
    first, second = (print_receipt(receipt, STUDIO, None, "de") for _time in range(2))
    assert first == second


@pytest.mark.usefixtures("agency")
@pytest.mark.only("sqlite")
def test_much_to_say_goes_on_further_pages() -> None:
    receipt = a_receipt(seen=[SEEN] * 30, reason="Bitte größer. " * 280, is_approval=False)
    assert print_receipt(receipt, STUDIO, None, "en").count(b"/Type /Page\n") > 3


@pytest.mark.usefixtures("agency")
@pytest.mark.only("sqlite")
def test_a_receipt_keeps_for_decades_as_pdf_a_3() -> None:
    picture = io.BytesIO(a_picture(60, 80))
    content = print_receipt(
        a_receipt(name="Şükrü 王 Łęcki", seen=[SEEN] * 20), STUDIO, picture, "de"
    )
    assert problems_of(content) == []
    for broken, rule in (
        ((b"pdfaid:part>3<", b"pdfaid:part>2<"), "6.6.4"),
        ((b"/GTS_PDFA1", b"/GTS_PDFX1"), "6.2.3"),
        ((b"/FontFile2", b"/FontFileX"), "6.2.11"),
        ((b"/CIDToGIDMap ", b"/DW 1 /ToGID "), "6.2.11.3"),
        ((b"/Lang (de)", b"/Lang (deu)"), "6.1.4"),
    ):
        assert any(rule in problem for problem in problems_of(content.replace(*broken))), rule


def test_the_web_process_does_not_load_what_prints() -> None:
    code = (
        "import sys, app.blueprints as b; b.slices(); print({'fpdf', 'segno'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


@pytest.mark.only("sqlite")
def test_all_receipts_of_a_project_are_on_one_page(sign_in: SignIn) -> None:
    asked = an_open_approval()
    decision = a_decision(asked)
    path = f"/projects/{asked.project.public_id}/receipts"
    assert f"/decisions/{decision.public_id}" in sign_in(asked.annette).get(path).text
    stranger = an_approver(a_client("Werft Petersen"))
    assert sign_in(stranger).get(path).status_code == 404


@pytest.mark.only("sqlite")
def test_who_asks_for_it_gets_the_receipt_by_mail(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_approval()
    decision = a_decision(asked)
    path = f"/decisions/{decision.public_id}"
    answer = sign_in(asked.annette).post(f"{path}/mails")
    assert answer.headers["Location"] == path
    (mail,) = outbox()
    assert (mail.to_email, mail.kind) == (asked.annette.email, "receipt")
    assert f"{path}?to=" in mail.text and Receipt.of(decision).check_url in mail.text


def a_receipt(**more: Any) -> Receipt:
    said = {
        "reference": "F-2026-0093",
        "is_approval": True,
        "title": "Plakat „Kürbiskernbrot“",
        "project_name": "Herbstkampagne 2026",
        "seen": [SEEN],
        "reason": "",
        "name": "Annette Sonnenschein",
        "role": "Approves",
        "company": "Bäckerei Sonnenschein GmbH",
        "at": datetime(2026, 9, 22, 8, 42, 17, tzinfo=UTC),
        "place": "Safari, iPhone, IP 91.12.84.•••",
        "hash": "4be0a1cc90d2ef77" * 4,
    }
    return Receipt(**{**said, **more})
