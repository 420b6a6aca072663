"""Feedback as a list for the agency: what is open, ticked off in place, and as a file for elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from app.blueprints.approvals.sendings import send_drafts
from app.extensions import db
from tests.approvals.builders import Asked, a_comment, a_decision, an_open_approval
from tests.builders import a_contributor

SignIn = Callable[[Any], Any]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
pytestmark = pytest.mark.only("sqlite")


def feedback() -> tuple[Asked, str]:
    """Annette wants changes, Murat has said something, Jana has answered; and where the list is."""
    asked = an_open_approval()
    murat = a_contributor(asked.client)
    said = a_comment(asked, murat, "=1+1 ist\nder Preis")
    send_drafts(asked.approval, murat)
    a_comment(asked, asked.jana, "Notiert", answers=said)
    a_decision(asked, "changes", "Bitte größer")
    return asked, f"/projects/{asked.project.public_id}/feedback"


def test_what_the_client_said_and_wants_changed_is_ticked_off_in_place(sign_in: SignIn) -> None:
    asked, path = feedback()
    browser = sign_in(asked.jana)
    page = browser.get(path).text
    assert "Bitte größer" in page and "der Preis" in page and "Notiert" in page
    comment = page.rpartition("/comments/")[2][:16]
    row = browser.post(
        f"/comments/{comment}/resolution", data={"from": "feedback"}, headers=HTMX
    ).text
    assert row.lstrip().startswith("<li") and "Open again" in row
    assert comment not in browser.get(path).text
    assert comment in browser.get(f"{path}?show=all").text


def test_as_a_table_no_cell_is_a_formula(sign_in: SignIn) -> None:
    asked, path = feedback()
    asked.jana.language = "de"
    db.session.commit()
    answer = sign_in(asked.jana).get(f"{path}.csv?approval={asked.approval.public_id}")
    assert answer.data.startswith(b"\xef\xbb\xbf") and b"\r\n" in answer.data
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row[5] for row in rows[1:]] == ["Bitte größer", "'=1+1 ist\nder Preis"]
    assert rows[2][6] == "Jana Petersen: Notiert"


def test_as_markdown_it_is_a_list_to_tick(sign_in: SignIn) -> None:
    asked, path = feedback()
    text = sign_in(asked.jana).get(f"{path}.md").text
    assert "## Plakat „Kürbiskernbrot“" in text
    assert "- [ ] =1+1 ist\n  der Preis (Murat Yıldız, today" in text
    assert "  - Jana Petersen: Notiert" in text


def test_sent_comments_are_found_and_drafts_are_not(sign_in: SignIn) -> None:
    asked, _path = feedback()
    a_comment(asked, asked.annette, "Geheimnisvoll")
    assert "der Preis" in sign_in(asked.annette).get("/search?q=preis").text.replace(
        "<mark>", ""
    ).replace("</mark>", "")
    assert "/comments" not in sign_in(asked.annette).get("/search?q=geheimnisvoll").text
