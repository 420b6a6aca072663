"""Over HTTP: who decides, shown and changed, passed on and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.approvals.decisions import Decision
from app.core import clock
from app.core.events import Event
from app.core.models import one
from app.extensions import db
from tests.approvals.builders import Several, several_asked
from tests.builders import a_manager, an_approver

pytestmark = pytest.mark.only("sqlite")

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def approve(sign_in: Any, asked: Several, person: Any) -> Any:
    form = {"outcome": "approved", "seen": asked.seen}
    return sign_in(person).post(f"{asked.path}/decisions", data=form)


def told(outbox: Any) -> list[tuple[str, str]]:
    return [(mail.kind, mail.to_name) for mail in outbox()]


def test_the_next_one_is_asked_by_mail_and_the_agency_is_told_at_the_end(
    sign_in: Any, outbox: Any
) -> None:
    asked = several_asked("order")
    approve(sign_in, asked, asked.annette)
    assert told(outbox) == [("approval_asked", "Murat Yıldız")]
    approve(sign_in, asked, asked.murat)
    assert told(outbox)[1:] == [("approval_decided", "Jana Petersen")]


def test_everybody_sees_who_has_decided_and_who_is_awaited(sign_in: Any) -> None:
    asked = several_asked("all")
    approve(sign_in, asked, asked.annette)
    for reader in (asked.jana, asked.annette):
        page = sign_in(reader).get(asked.path).text
        stand = page[page.index('id="deciders"') :]
        assert stand.index("Annette") < stand.index("Approved") < stand.index("Murat")
        assert stand.index("Murat") < stand.index("Still to decide")
    assert "Your turn" in sign_in(asked.murat).get(asked.path).text


def test_the_agency_asks_in_an_order(sign_in: Any) -> None:
    asked = several_asked("any")
    browser = sign_in(asked.jana)
    first, then = asked.murat.public_id, asked.annette.public_id
    form = {"deciders": [first, then], "mode": "order", "places": [f"{first}:1", f"{then}:2"]}
    browser.post(f"{asked.path}/deciders", data=form)
    assert [user.name for user in db.session.scalars(asked.approval.whose_turn())] == [
        "Murat Yıldız"
    ]
    page = browser.get(f"{asked.path}/deciders").text
    assert f'value="{first}:1" selected' in page
    line = one(select(Event).where(Event.verb == "approval.deciders_changed"))
    assert line is not None
    assert line.facts["deciders"] == ["Murat Yıldız", "Annette Sonnenschein"]


def test_who_is_asked_now_gets_a_mail_and_who_was_asked_before_does_not(
    sign_in: Any, outbox: Any
) -> None:
    asked = several_asked("any")
    birgit = an_approver(asked.client, "Birgit Hansen")
    form = {"deciders": [asked.annette.public_id, birgit.public_id], "mode": "all", "by_mail": "y"}
    sign_in(asked.jana).post(f"{asked.path}/deciders", data=form)
    assert told(outbox) == [("approval_asked", "Birgit Hansen")]


def test_a_decision_is_passed_on_with_a_word_and_a_mail(sign_in: Any, outbox: Any) -> None:
    asked = several_asked("all")
    birgit = an_approver(asked.client, "Birgit Hansen")
    browser = sign_in(asked.annette)
    assert f"{asked.path}/delegations/new" in browser.get(asked.path).text
    form = {"to": birgit.public_id, "words": "Bin im Urlaub"}
    browser.post(f"{asked.path}/delegations", data=form)
    assert told(outbox) == [("approval_asked", "Birgit Hansen")]
    assert "Bin im Urlaub" in outbox()[0].text
    assert outbox()[0].reply_to == asked.annette.email
    page = browser.get(asked.path).text
    assert "Annette Sonnenschein passed it on to Birgit Hansen." in page
    assert 'id="decision"' not in page
    assert one(select(Event).where(Event.verb == "approval.delegated")) is not None


def test_a_decision_taken_back_says_why_and_asks_once_more(sign_in: Any, outbox: Any) -> None:
    asked = several_asked("any")
    approve(sign_in, asked, asked.annette)
    decision = one(select(Decision))
    assert decision is not None
    browser, address = sign_in(asked.jana), f"/decisions/{decision.public_id}/retraction"
    assert browser.post(address, data={"reason": " "}).status_code == 422
    day = f"{clock.now() + timedelta(days=2):%Y-%m-%d}"
    browser.post(address, data={"reason": "Es war die falsche Datei.", "due_on": day})
    assert asked.approval.due_at is not None
    assert told(outbox)[1:] == [
        ("approval_taken_back", "Annette Sonnenschein"),
        ("approval_taken_back", "Murat Yıldız"),
    ]
    page = sign_in(asked.annette).get(asked.path).text
    assert 'id="decision"' in page
    assert "Taken back by Jana Petersen" in page
    assert "Es war die falsche Datei." in page
    line = one(select(Event).where(Event.verb == "approval.taken_back"))
    assert line is not None
    assert line.facts["reason"] == "Es war die falsche Datei."
    assert browser.post(address, data={"reason": "Noch einmal"}).status_code == 409


def test_a_client_neither_chooses_who_decides_nor_takes_back(sign_in: Any) -> None:
    asked = several_asked("any")
    decision = asked.decide(asked.annette)
    browser = sign_in(asked.annette)
    assert browser.post(f"{asked.path}/deciders", data={}).status_code == 403
    address = f"/decisions/{decision.public_id}/retraction"
    assert browser.post(address, data={"reason": "Doch nicht"}).status_code == 403


def test_the_agency_is_told_where_nobody_can_decide_any_more(sign_in: Any) -> None:
    asked = several_asked("any")
    for person in asked.people:
        membership = asked.client.membership_of(person)
        assert membership is not None
        membership.change_role("viewer", asked.jana)
    page = sign_in(asked.jana).get(asked.path).text
    assert "Nobody can decide at the moment." in page


def test_before_asking_the_form_says_who_gets_a_mail(sign_in: Any) -> None:
    asked = several_asked("any")
    browser, address = (
        sign_in(asked.jana),
        f"/projects/{asked.project.public_id}/approvals/recipients",
    )
    annette, murat = asked.annette.public_id, asked.murat.public_id
    tom = a_manager("Tom Lindner")
    db.session.commit()
    both = {"deciders": [annette, murat], "by_mail": "y", "mode": "all"}
    said = {
        "Goes by mail to Annette Sonnenschein and Murat Yıldız.": both,
        "Goes by mail to Annette Sonnenschein.": {**both, "mode": "order"},
        "Goes by mail to Murat Yıldız.": {**both, "left_out": [annette]},
        "No mail: it waits in the portal only.": {**both, "by_mail": ""},
        "First it goes to Tom Lindner for review.": {**both, "reviewers": [tom.public_id]},
    }
    for sentence, form in said.items():
        assert sentence in browser.get(address, query_string=form, headers=HTMX).text
