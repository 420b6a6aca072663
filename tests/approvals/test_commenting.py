"""Comments over HTTP: written, sent, answered, told to those concerned; and typing is never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.approvals.comments import Comment
from app.core.events import Event
from app.core.models import every, one
from app.extensions import db
from tests.approvals.builders import Asked, a_comment, an_open_approval
from tests.builders import a_contributor, a_manager, a_viewer, an_approver
from tests.files.builders import a_version

SignIn = Callable[[Any], Any]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
SQLITE = pytest.mark.only("sqlite")


def words(asked: Asked, body: str, **more: str) -> dict[str, str]:
    """What the form sends that says something."""
    return {"body": body, "round": str(asked.approval.round), "about": "", "answers": "", **more}


def test_twenty_comments_go_out_with_the_decision_as_one_mail(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_approval()
    browser = sign_in(asked.annette)
    for number in range(20):
        browser.post(f"{asked.path}/comments", data=words(asked, f"Stelle {number}."))
    assert outbox() == []
    form = {"outcome": "changes", "seen": asked.seen, "reason": ""}
    assert browser.post(f"{asked.path}/decisions", data=form).status_code == 303
    (mail,) = outbox()
    assert mail.to_email == asked.jana.email
    assert all(f"Stelle {number}." in mail.text for number in range(20))
    assert all(each.is_sent for each in every(select(Comment)))
    line = one(select(Event).where(Event.verb == "approval.changes_requested"))
    assert line is not None and len(line.facts["comments"]) == 20


def test_comments_can_be_sent_without_deciding(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_approval()
    murat = a_contributor(asked.client)
    browser = sign_in(murat)
    for body in ("Der **Preis** fehlt.", "Und das Logo."):
        browser.post(f"{asked.path}/comments", data=words(asked, body))
    sent = browser.post(f"{asked.path}/sendings", follow_redirects=True)
    assert "Sent. A mail goes to Jana Petersen." in sent.text
    (mail,) = outbox()
    assert (mail.to_email, mail.reply_to) == (asked.jana.email, murat.email)
    assert mail.subject == "Murat Yıldız wrote 2 comments on Plakat „Kürbiskernbrot“"
    assert "<strong>Preis</strong>" in mail.html
    assert asked.approval.is_open
    (line,) = every(select(Event).where(Event.verb == "approval.commented"))
    assert len(line.facts["comments"]) == 2


def test_an_answer_goes_to_those_in_the_conversation_and_to_who_is_mentioned(
    sign_in: SignIn, outbox: Any
) -> None:
    asked = an_open_approval()
    murat, birgit = a_contributor(asked.client), a_viewer(asked.client)
    an_approver(asked.client, "Kea Matthiesen")
    question = a_comment(asked, asked.jana, "Stimmt der Preis?")
    browser = sign_in(murat)
    answer = words(asked, "Ja, frag @Birgit.", answers=question.public_id)
    browser.post(f"{asked.path}/comments", data=answer)
    browser.post(f"{asked.path}/sendings")
    mails = {mail.to_email: mail for mail in outbox()}
    assert set(mails) == {asked.jana.email, birgit.email}
    assert mails[birgit.email].subject.startswith("Murat Yıldız mentioned you")
    assert "On “Stimmt der Preis?”:" in mails[birgit.email].text
    assert (
        mails[birgit.email].reply_to == ""
    )  # Colleagues don't get each other's addresses from us.


def test_what_the_agency_says_goes_at_once_to_who_decides(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_approval()
    browser = sign_in(a_manager("Ole Brandt"))
    assert "Goes at once, by mail to Annette Sonnenschein and Jana Petersen." in (
        browser.get(asked.path).text
    )
    browser.post(f"{asked.path}/comments", data=words(asked, "Bitte auch auf den Preis schauen."))
    assert {mail.to_email for mail in outbox()} == {asked.annette.email, asked.jana.email}


def test_who_is_mentioned_in_what_goes_with_a_decision_hears_of_it(
    sign_in: SignIn, outbox: Any
) -> None:
    asked = an_open_approval()
    murat = a_contributor(asked.client)
    form = {"outcome": "changes", "seen": asked.seen, "reason": "@Murat nennt den Preis."}
    sign_in(asked.annette).post(f"{asked.path}/decisions", data=form)
    kinds = {mail.to_email: mail.kind for mail in outbox()}
    assert kinds == {asked.jana.email: "approval_decided", murat.email: "comments_sent"}


@SQLITE
def test_what_is_typed_and_not_added_goes_with_the_decision(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_approval()
    browser = sign_in(asked.annette)
    form = {"outcome": "approved", "seen": asked.seen}
    long = browser.post(f"{asked.path}/decisions", data={**form, **words(asked, "x" * 4001)})
    assert long.status_code == 409 and "That is 1 too many." in long.text
    browser.post(f"{asked.path}/decisions", data={**form, **words(asked, "Sehr schön!")})
    db.session.refresh(asked.approval)
    assert asked.approval.state == "approved"
    assert [("Sehr schön!" in mail.text) for mail in outbox()] == [True]


@SQLITE
def test_changes_may_be_wished_for_by_comments_alone(sign_in: SignIn) -> None:
    asked = an_open_approval()
    browser = sign_in(asked.annette)
    browser.post(f"{asked.path}/comments", data=words(asked, "Der Preis fehlt"))
    page = browser.get(f"{asked.path}/changes")
    assert "These comments go along" in page.text and "Der Preis fehlt" in page.text
    form = {"outcome": "changes", "seen": asked.seen, "reason": ""}
    assert browser.post(f"{asked.path}/decisions", data=form).status_code == 303
    db.session.refresh(asked.approval)
    assert asked.approval.state == "changes"


@SQLITE
def test_a_draft_is_changed_and_deleted_in_place(sign_in: SignIn) -> None:
    asked = an_open_approval()
    draft = a_comment(asked, asked.annette, "Bitte größer")
    browser = sign_in(asked.annette)
    assert "Draft, goes with your decision" in browser.get(asked.path).text
    path = f"/comments/{draft.public_id}"
    changed = browser.post(path, data={"body": "Bitte kleiner"}, headers=HTMX)
    assert changed.text.lstrip().startswith("<section") and "Bitte kleiner" in changed.text
    empty = browser.post(path, data={"body": " "}, headers=HTMX)
    assert empty.status_code == 422 and "Please write something first." in empty.text
    assert "Bitte kleiner" not in browser.post(f"{path}/removal", headers=HTMX).text
    assert every(select(Event).where(Event.verb.startswith("approval.comment"))) == []


@SQLITE
def test_nobody_else_gets_at_a_draft(sign_in: SignIn) -> None:
    asked = an_open_approval()
    draft = a_comment(asked, asked.annette, "Geheim")
    for other in (asked.jana, a_contributor(asked.client)):
        browser = sign_in(other)
        assert "Geheim" not in browser.get(asked.path).text
        assert "Geheim" not in browser.get("/search?q=geheim").text
        for what in ("", "/removal", "/resolution"):
            answer = browser.post(f"/comments/{draft.public_id}{what}", data={"body": "Meins"})
            assert answer.status_code == 404


@SQLITE
def test_a_viewer_reads_and_says_nothing(sign_in: SignIn) -> None:
    asked = an_open_approval()
    a_comment(asked, asked.jana, "Passt das?")
    browser = sign_in(a_viewer(asked.client))
    page = browser.get(asked.path)
    assert "Passt das?" in page.text and 'name="body"' not in page.text
    assert browser.post(f"{asked.path}/comments", data=words(asked, "Ja")).status_code == 403


@SQLITE
def test_what_is_done_is_ticked_off_and_opened_again(sign_in: SignIn) -> None:
    asked = an_open_approval()
    said = a_comment(asked, asked.jana, "Passt das?")
    browser = sign_in(asked.annette)
    path = f"/comments/{said.public_id}"
    assert "Open again" in browser.post(f"{path}/resolution", headers=HTMX).text
    browser.post(f"{path}/resolution")
    assert "Open again" not in browser.post(f"{path}/reopening", headers=HTMX).text
    noted = select(Event.verb).where(Event.verb.startswith("approval.")).order_by(Event.id)
    assert every(noted) == ["approval.comment_resolved", "approval.comment_reopened"]


@SQLITE
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_was_typed_comes_back_with_a_newer_version(sign_in: SignIn, headers: Any) -> None:
    asked = an_open_approval()
    form = words(asked, "Das Blau ist zu kalt")
    a_version(asked.file, asked.jana)
    answer = sign_in(asked.annette).post(f"{asked.path}/comments", data=form, headers=headers)
    assert answer.status_code == 409
    assert "A newer version has come in." in answer.text
    assert "Das Blau ist zu kalt</textarea>" in answer.text
    assert answer.headers["HX-Retarget"] == "#main"


@SQLITE
def test_what_was_typed_comes_back_where_it_can_not_be_taken(sign_in: SignIn) -> None:
    asked = an_open_approval()
    browser = sign_in(asked.annette)
    long = "Zu lang. " * 1000
    answer = browser.post(f"{asked.path}/comments", data=words(asked, long))
    assert answer.status_code == 422 and long.strip() in answer.text
    asked.approval.withdraw(asked.jana, "")
    answer = browser.post(f"{asked.path}/comments", data=words(asked, "Das Blau"))
    assert answer.status_code == 409
    assert "This is what you wrote. It was not sent." in answer.text and "Das Blau" in answer.text


@SQLITE
def test_a_comment_that_was_searched_for_is_on_the_page_it_leads_to(sign_in: SignIn) -> None:
    asked = an_open_approval()
    first = a_comment(asked, asked.jana, "Der allererste Satz")
    for number in range(31):
        a_comment(asked, asked.jana, f"Satz {number}")
    browser = sign_in(asked.annette)
    assert "Der allererste Satz" not in browser.get(asked.path).text
    assert "Der allererste Satz" in browser.get(f"{asked.path}?comment={first.public_id}").text
