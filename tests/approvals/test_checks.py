"""Checking a receipt without signing in: who has one sees what it says, who has none learns nothing."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from sqlalchemy import select, update

from app.blueprints.approvals import log
from app.blueprints.approvals.copies import ReceiptCopy
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.receipt import Receipt
from app.core.events import Event
from app.core.models import one
from app.extensions import db
from tests.approvals.builders import IPHONE, a_decision, an_open_approval, print_all
from tests.files.builders import a_picture, a_version

WRONG = "We have no receipt with this number and this code."
pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def receipt(client: Any) -> Receipt:
    """The receipt of the first of two rounds."""
    asked = an_open_approval()
    decision = a_decision(asked, "changes", "Bitte größer")
    a_version(asked.file, asked.jana)
    a_decision(asked)
    print_all()
    return Receipt.of(decision)


def test_number_and_code_lead_to_what_the_receipt_says(client: Any, receipt: Receipt) -> None:
    typed = {"reference": f" {receipt.reference.lower()} ", "code": " ".join(receipt.code.upper())}
    answer = client.post("/verify", data=typed)
    assert answer.headers["Location"] == f"/verify/{receipt.seal}"
    assert receipt.check_url == f"http://localhost/verify/{receipt.seal}"
    page = client.get(f"/verify/{receipt.seal}")
    for said in ("This receipt is genuine.", "Bitte größer", "Annette Sonnenschein", "91.12.84."):
        assert said in page.text
    assert "91.12.84.17" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_whole_hash_does_as_well_as_the_code(client: Any, receipt: Receipt) -> None:
    typed = {"reference": receipt.reference, "code": receipt.hash}
    assert client.post("/verify", data=typed).status_code == 303


def test_a_wrong_code_answers_as_a_number_that_there_is_not(
    client: Any, receipt: Receipt, count_queries: Any
) -> None:
    answers, looks = [], []
    other = one(select(Event.hash).order_by(Event.id.desc()).limit(1)) or ""
    for reference, code in (
        (receipt.reference, "0" * 16),
        (receipt.reference, other),
        ("F-2026-9999", receipt.code),
    ):
        with count_queries() as statements:
            answers.append(client.post("/verify", data={"reference": reference, "code": code}))
        looks.append(len(statements))
    assert [each.status_code for each in answers] == [422] * 3
    assert all(WRONG in each.text for each in answers)
    assert looks[0] == looks[2]


@pytest.mark.parametrize(
    "seal", ["F-2026-0001", "F-2026-0001-", "x", "F-2026-0001-0000000000000000"]
)
def test_a_number_alone_shows_nothing(client: Any, receipt: Receipt, seal: str) -> None:
    answer = client.get(f"/verify/{seal}")
    assert (answer.status_code, WRONG in answer.text) == (404, True)
    assert "Annette" not in answer.text


@pytest.mark.parametrize("table", [Decision, Event])
def test_what_was_changed_is_not_genuine_any_more(
    client: Any, receipt: Receipt, table: type[Any]
) -> None:
    change = {"reason": "Gut so"} if table is Decision else {"facts": {"decision": "x"}}
    db.session.execute(update(table).values(**change))
    db.session.commit()
    assert client.get(f"/verify/{receipt.seal}").status_code == 404


def test_a_decision_that_was_taken_back_says_so(client: Any) -> None:
    asked = an_open_approval()
    decision = a_decision(asked)
    db.session.commit()
    seal = Receipt.of(decision).seal
    decision.take_back(asked.jana, "Preis fehlt")
    log.taken_back(decision, asked.jana, IPHONE, "Preis fehlt")
    page = client.get(f"/verify/{seal}").text
    assert "This decision counts no more." in page
    assert "Preis fehlt" not in page


def test_the_pdf_itself_leads_there_too(client: Any, receipt: Receipt) -> None:
    copy = ReceiptCopy.of(one(select(Decision).limit(1)), "de")
    assert copy is not None
    content = f"%PDF {copy.public_id}".encode()
    answer = client.post("/verify", data={"file": (io.BytesIO(content), "Beleg.pdf")})
    assert answer.headers["Location"] == f"/verify/{receipt.seal}"
    hashed = {"sha256": hashlib.sha256(content).hexdigest(), "file": (io.BytesIO(b""), "")}
    assert client.post("/verify", data=hashed).headers["Location"] == f"/verify/{receipt.seal}"
    changed = client.post("/verify", data={"file": (io.BytesIO(content + b" "), "Beleg.pdf")})
    assert "not a receipt of ours" in changed.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (a_picture(), "This is exactly the version that was to be changed."),
        (a_picture(width=9), "This is another file."),
    ],
)
def test_a_file_is_told_from_all_others(
    client: Any, receipt: Receipt, content: bytes, said: str
) -> None:
    answer = client.post(f"/verify/{receipt.seal}", data={"file": (io.BytesIO(content), "P.png")})
    assert said in answer.text
    hashed = {"sha256": hashlib.sha256(content).hexdigest()}
    assert said in client.post(f"/verify/{receipt.seal}", data=hashed).text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    client: Any, receipt: Receipt
) -> None:
    film = {"file": (io.BytesIO(b"..."), "Film.mp4")}
    said = {"CONTENT_LENGTH": "20000001"}
    large = client.post(f"/verify/{receipt.seal}", data=film, environ_overrides=said)
    assert large.status_code == 413
    nothing = client.post(f"/verify/{receipt.seal}", data={})
    assert (nothing.status_code, "Please choose a file." in nothing.text) == (422, True)
