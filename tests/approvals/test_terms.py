"""What was asked is asked on other terms: another deadline, other words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.approvals.errors import Overtaken
from app.blueprints.approvals.packages import PackageOvertaken
from app.blueprints.approvals.terms import Terms
from app.core import clock
from app.core.events import Event
from app.core.models import one
from app.extensions import db
from tests.approvals.builders import a_decision, an_open_approval
from tests.approvals.test_packages import a_package, decide
from tests.files.builders import a_version

pytestmark = [pytest.mark.usefixtures("agency"), pytest.mark.only("sqlite")]
TERMS = Terms("Plakat A2", "Der Drucker wartet.", None, 3)


def test_a_new_deadline_is_told_to_who_decides_and_explained_in_the_log(
    sign_in: Any, outbox: Any
) -> None:
    asked = an_open_approval(message="Passt das so?", due_at=clock.now() - timedelta(days=2))
    browser, day = sign_in(asked.jana), clock.now() + timedelta(days=4)
    page = browser.get(f"{asked.path}/terms").text
    assert "It goes to Annette Sonnenschein if the deadline or your message is new." in page
    form = {"title": "Plakat A2", "message": "Passt das so?", "seen": asked.seen, "by_mail": "y"}
    form |= {"due_on": f"{day:%Y-%m-%d}", "due_time": "12:00", "rounds_agreed": "2"}
    said = browser.post(f"{asked.path}/terms", data=form, follow_redirects=True).text
    assert "Saved. A mail goes to Annette Sonnenschein." in said
    assert [(mail.kind, mail.to_name) for mail in outbox()] == [
        ("approval_changed", "Annette Sonnenschein")
    ]
    assert outbox()[0].subject.startswith("New deadline, please decide")
    line = one(select(Event).where(Event.verb == "approval.terms_changed"))
    assert line is not None
    assert line.facts["changed"] == ["title", "due_at", "rounds_agreed"]
    assert line.facts["was"]["title"] == "Plakat „Kürbiskernbrot“"
    browser.post(f"{asked.path}/terms", data=form)
    assert len(outbox()) == 1


def test_words_that_change_nothing_for_who_decides_make_no_mail(sign_in: Any, outbox: Any) -> None:
    asked = an_open_approval(due_at=clock.now() - timedelta(days=2))
    browser = sign_in(asked.jana)
    due_at = asked.approval.due_at
    page = browser.get(f"{asked.path}/terms").text
    assert due_at is not None
    assert f'value="{due_at:%Y-%m-%d}"' in page
    late = {"due_on": "2020-01-01", "due_time": "12:00"}
    form = {"title": "Plakat A2", "seen": asked.seen, "by_mail": "y"}
    assert browser.post(f"{asked.path}/terms", data={**form, **late}).status_code == 422
    browser.post(f"{asked.path}/terms", data={**form, **late, "due_on": ""})
    assert [mail.subject for mail in outbox()] == ["No deadline any more: Plakat A2"]
    browser.post(f"{asked.path}/terms", data={**form, "title": "Plakat A1"})
    assert len(outbox()) == 1


@pytest.mark.parametrize("overtaken_by", ["a decision", "a version"])
def test_what_was_decided_or_renewed_meanwhile_keeps_its_terms(overtaken_by: str) -> None:
    asked = an_open_approval()
    seen = asked.seen
    if overtaken_by == "a decision":
        a_decision(asked)
    else:
        a_version(asked.file, asked.jana)
    with pytest.raises(Overtaken):
        asked.approval.change(TERMS, seen)


def test_a_package_gets_one_deadline_for_what_is_pending() -> None:
    packed = a_package(message="Passt das?")
    decide(packed, 0)
    a_version(packed.files[1], packed.jana, note="Mit Preis")
    packed.approvals[2].rounds_agreed = 5
    due_at = clock.now() + timedelta(days=3)
    terms = replace(TERMS, due_at=due_at, rounds_agreed=packed.package.terms.rounds_agreed)
    packed.package.change(terms)
    db.session.flush()
    assert packed.approvals[2].rounds_agreed == 5
    assert [each.due_at for each in packed.approvals] == [None, due_at, due_at]
    assert [each.message for each in packed.approvals] == [
        "Passt das?",
        "Mit Preis",
        "Der Drucker wartet.",
    ]
    assert packed.package.title == "Plakat A2"
    packed.package.withdraw(packed.jana, "")
    with pytest.raises(PackageOvertaken):
        packed.package.change(TERMS)


def test_a_package_is_changed_on_one_page_with_one_mail_for_each(sign_in: Any, outbox: Any) -> None:
    packed = a_package()
    day = clock.now() + timedelta(days=3)
    form = {"title": "Anzeigen", "due_on": f"{day:%Y-%m-%d}", "by_mail": "y"}
    browser = sign_in(packed.jana)
    assert f"{packed.path}/terms" in browser.get(packed.path).text
    browser.post(f"{packed.path}/terms", data=form)
    assert [mail.to_name for mail in outbox()] == ["Annette Sonnenschein", "Murat Yıldız"]
    verbs = select(Event.verb).where(Event.verb.like("%changed%"))
    assert sorted(db.session.scalars(verbs)) == [
        *["approval.changed_together"] * 3,
        "package.terms_changed",
    ]


def test_nobody_approves_words_that_they_have_not_read(sign_in: Any) -> None:
    """The receipt would have borne a title that nobody had seen beside the button."""
    asked = an_open_approval(message="100 Stück?")
    browser = sign_in(asked.annette)
    (seen,) = set(re.findall(r'name="seen" value="([^"]+)"', browser.get(asked.path).text))
    asked.approval.change(replace(TERMS, message="10 000 Stück?"), seen)
    db.session.commit()
    form = {"outcome": "approved", "seen": seen}
    answer = browser.post(f"{asked.path}/decisions", data=form)
    assert answer.status_code == 409 and "10 000 Stück?" in answer.text
    form |= {"outcome": "changes", "reason": "Bitte größer."}
    assert browser.post(f"{asked.path}/decisions", data=form).status_code in (200, 303)
