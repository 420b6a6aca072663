"""Approvals over HTTP: asked, decided, refused, and told to those who wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.models import Approval
from app.core import features
from app.core.events import Event
from app.core.models import every, one
from app.extensions import db
from tests.approvals.builders import a_decision, an_open_approval
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_project,
    a_viewer,
    an_approver,
)
from tests.files.builders import (
    a_file,
    a_link,
    a_picture,
    a_version,
    draw_all,
    form_with,
    newest,
)

SignIn = Callable[[Any], Any]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def ask_for(file: Any, decider: Any, **more: str) -> dict[str, Any]:
    """What the form sends that asks for approval."""
    form = {"versions": newest(file).public_id, "deciders": decider.public_id}
    return {**form, "title": "Plakat, Version 1", "by_mail": "y", "due_time": "18:00", **more}


def test_the_agency_asks_and_the_client_gets_a_mail(sign_in: SignIn, outbox: Any) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    file = a_file(project, jana)
    browser = sign_in(jana)
    form = ask_for(file, annette, message="Passt das so für den Druck?")
    answer = browser.post(f"/projects/{project.public_id}/approvals", data=form)
    approval = one(select(Approval))
    assert approval is not None
    assert answer.headers["Location"].endswith(f"/approvals/{approval.public_id}")
    mail = outbox()[-1]
    assert mail.to_email == annette.email
    assert f"/approvals/{approval.public_id}?to=" in mail.text
    assert "Passt das so für den Druck?" in mail.text
    assert newest(file).sha256[:4] in mail.html


def test_asking_without_a_mail_sends_none(sign_in: SignIn, outbox: Any) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    file = a_file(project, jana)
    form = ask_for(file, annette, by_mail="")
    sign_in(jana).post(f"/projects/{project.public_id}/approvals", data=form)
    assert one(select(Approval)) is not None
    assert outbox() == []


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "Please fill this in."),
        ("versions", "gibt-es-nicht", "Please choose one of these."),
        ("deciders", "gibt-es-nicht", "Please choose one of these."),
        ("due_on", "2020-01-01", "This moment has passed."),
        ("due_on", "2026-02-30", ""),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    sign_in: SignIn, field: str, value: str, says: str
) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    form = ask_for(a_file(project, jana), annette, **{field: value})
    answer = sign_in(jana).post(f"/projects/{project.public_id}/approvals", data=form)
    assert answer.status_code == 422
    assert says in answer.text


def test_the_client_approves_in_one_tap_and_gets_a_receipt(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_approval()
    browser = sign_in(asked.annette)
    form = {"outcome": "approved", "seen": asked.seen}
    answer = browser.post(f"{asked.path}/decisions", data=form, follow_redirects=True)
    assert "Approved. Thank you!" in answer.text
    assert "F-20" in answer.text
    line = one(select(Event).where(Event.verb == "approval.approved"))
    assert line is not None
    assert line.facts["versions"][0]["sha256"] == newest(asked.file).sha256
    mail = outbox()[-1]
    assert mail.to_email == asked.jana.email
    assert mail.subject == "Approved: Plakat „Kürbiskernbrot“"


def test_htmx_swaps_the_receipt_in(sign_in: SignIn) -> None:
    asked = an_open_approval()
    form = {"outcome": "approved", "seen": asked.seen}
    answer = sign_in(asked.annette).post(f"{asked.path}/decisions", data=form, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<main")
    assert "Approved. Thank you!" in answer.text


def test_changes_without_a_reason_are_asked_for_it(sign_in: SignIn) -> None:
    asked = an_open_approval()
    form = {"outcome": "changes", "seen": asked.seen, "reason": "  "}
    answer = sign_in(asked.annette).post(f"{asked.path}/decisions", data=form)
    assert answer.status_code == 422
    assert "Please write what we should change." in answer.text
    assert asked.approval.is_open


def test_changes_reach_the_agency_and_wait_there(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_approval()
    form = {"outcome": "changes", "seen": asked.seen, "reason": "Bitte größer."}
    sign_in(asked.annette).post(f"{asked.path}/decisions", data=form)
    assert "Bitte größer." in outbox()[-1].text
    home = sign_in(asked.jana).get("/").text
    assert "Changes wanted" in home
    assert "Plakat „Kürbiskernbrot“" in home


def test_a_double_click_makes_one_decision_and_one_mail(sign_in: SignIn, outbox: Any) -> None:
    asked = an_open_approval()
    browser = sign_in(asked.annette)
    form = {"outcome": "approved", "seen": asked.seen}
    answers = [browser.post(f"{asked.path}/decisions", data=form) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 1
    assert len(outbox()) == 1


def test_a_version_that_came_in_between_is_shown_first(sign_in: SignIn) -> None:
    asked = an_open_approval()
    browser, seen = sign_in(asked.annette), asked.seen
    a_version(asked.file, asked.jana)
    form = {"outcome": "approved", "seen": seen}
    answer = browser.post(f"{asked.path}/decisions", data=form, headers=HTMX)
    assert answer.status_code == 409
    assert "A newer version has come in." in answer.text
    assert newest(asked.file).public_id in answer.text
    assert asked.approval.is_open


def test_a_withdrawn_request_says_that_it_is(sign_in: SignIn) -> None:
    asked = an_open_approval()
    browser = sign_in(asked.annette)
    sign_in(asked.jana).post(f"{asked.path}/withdrawal", data={"reason": "Falsche Datei"})
    form = {"outcome": "approved", "seen": asked.seen}
    answer = browser.post(f"{asked.path}/decisions", data=form)
    assert answer.status_code == 409
    assert "The request has been withdrawn." in answer.text
    assert "Falsche Datei" in browser.get(asked.path).text


@pytest.mark.parametrize("somebody", [a_viewer, a_contributor])
def test_others_of_the_client_look_but_do_not_decide(sign_in: SignIn, somebody: Any) -> None:
    asked = an_open_approval()
    browser = sign_in(somebody(asked.client))
    assert 'id="decision"' not in browser.get(asked.path).text
    form = {"outcome": "approved", "seen": asked.seen}
    assert browser.post(f"{asked.path}/decisions", data=form).status_code == 403


def test_the_agency_never_decides_for_the_client(sign_in: SignIn) -> None:
    asked = an_open_approval()
    form = {"outcome": "approved", "seen": asked.seen}
    answer = sign_in(asked.jana).post(f"{asked.path}/decisions", data=form)
    assert answer.status_code == 403
    assert asked.approval.is_open


def test_for_another_client_and_other_members_it_does_not_exist(sign_in: SignIn) -> None:
    asked = an_open_approval()
    decision = a_decision(asked)
    for stranger in (an_approver(a_client("Werft Holm")), a_member()):
        browser = sign_in(stranger)
        for path in (asked.path, f"{asked.path}/changes", f"/decisions/{decision.public_id}"):
            answer = browser.get(path)
            assert answer.status_code == 404
            assert "Plakat" not in answer.text


def test_a_client_neither_asks_nor_withdraws(sign_in: SignIn) -> None:
    asked = an_open_approval()
    browser = sign_in(asked.annette)
    project = asked.project.public_id
    assert browser.get(f"/projects/{project}/approvals/new").status_code == 403
    assert browser.post(f"/projects/{project}/approvals", data={}).status_code == 403
    assert browser.post(f"{asked.path}/withdrawal").status_code == 403


def test_what_is_asked_for_is_seen_even_where_files_are_hidden(sign_in: SignIn) -> None:
    asked = an_open_approval()
    asked.project.show("files", False)
    draw_all()
    browser = sign_in(asked.annette)
    assert browser.get(asked.path).status_code == 200
    assert browser.get(f"/versions/{asked.seen}/preview").status_code == 200
    assert browser.get(f"/projects/{asked.project.public_id}/files").status_code == 404


def test_hidden_from_the_client_approvals_do_not_exist_for_them(sign_in: SignIn) -> None:
    asked = an_open_approval()
    asked.project.show("approvals", False)
    db.session.commit()
    browser = sign_in(asked.annette)
    assert browser.get(asked.path).status_code == 404
    assert "Plakat" not in browser.get("/").text


def test_switched_off_there_is_no_tab_no_route_nothing_waiting(sign_in: SignIn) -> None:
    asked = an_open_approval()
    browser = sign_in(asked.annette)
    assert "Plakat" in browser.get("/").text
    turn("approvals", False)
    assert browser.get(asked.path).status_code == 404
    assert "Plakat" not in browser.get("/").text
    project = f"/projects/{asked.project.public_id}"
    assert f"{project}/approvals" not in browser.get(project).text
    turn("approvals", True)
    assert browser.get(asked.path).status_code == 200
    assert "Plakat" in browser.get("/").text


@pytest.mark.usefixtures("agency")
def test_a_new_version_asks_by_mail_again(outbox: Any) -> None:
    asked = an_open_approval()
    a_decision(asked, "changes", "Bitte größer")
    a_version(asked.file, asked.jana)
    assert outbox()[-1].to_email == asked.annette.email
    last = every(select(Event).order_by(Event.id))[-1]
    assert last.verb == "approval.reopened"


def test_a_version_uploaded_to_a_file_that_is_asked_for_asks_again(sign_in: SignIn) -> None:
    """The answer was 500: holding the approval made the project forget its client."""
    asked = an_open_approval()
    address = f"/files/{asked.file.public_id}"
    form = form_with(("Plakat.png", a_picture(9)), field="file")
    answer = sign_in(asked.jana).post(f"{address}/versions", **form)
    assert (answer.status_code, answer.location) == (303, address)
    db.session.refresh(asked.approval)
    assert (asked.approval.round, asked.approval.state) == (2, "open")


@pytest.mark.usefixtures("agency")
def test_a_new_version_sends_no_mail_to_who_has_left(outbox: Any) -> None:
    asked = an_open_approval()
    a_client("Werft Petersen").welcome(asked.annette, "approver")
    membership = asked.client.membership_of(asked.annette)
    assert membership is not None
    membership.end(asked.jana)
    a_version(asked.file, asked.jana)
    assert outbox() == []


def test_a_decision_is_told_to_nobody_who_does_not_see_the_project_any_more(
    sign_in: SignIn, outbox: Any
) -> None:
    asked = an_open_approval()
    asked.approval.asked_by = a_member()
    asked.project.lead_id = asked.jana.id
    db.session.flush()
    form = {"outcome": "changes", "seen": asked.seen, "reason": "Der Preis fehlt."}
    sign_in(asked.annette).post(f"{asked.path}/decisions", data=form)
    assert [mail.to_email for mail in outbox()] == [asked.jana.email]


def test_in_a_finished_project_there_is_no_button_to_decide(sign_in: SignIn) -> None:
    asked = an_open_approval()
    asked.project.finish()
    browser = sign_in(asked.annette)
    assert f"{asked.path}/decisions" not in browser.get(asked.path).text
    form = {"outcome": "approved", "seen": asked.seen}
    answer = browser.post(f"{asked.path}/decisions", data=form)
    assert answer.status_code == 409
    assert "This project is finished." in answer.text


def test_who_has_seen_a_round_is_noted_once_and_told_to_the_agency(sign_in: SignIn) -> None:
    asked = an_open_approval()
    browser, agency = sign_in(asked.annette), sign_in(asked.jana)
    assert "Seen by" not in agency.get(asked.path).text
    for _ in range(2):
        browser.get(asked.path)
    assert "Seen by Annette Sonnenschein" in agency.get(asked.path).text
    a_version(asked.file, asked.jana)
    assert "Seen by" not in agency.get(asked.path).text
    browser.get(asked.path)
    lines = every(select(Event).where(Event.verb == "approval.seen"))
    assert [line.facts["round"] for line in lines] == [1, 2]


def test_the_list_says_how_each_stands(sign_in: SignIn) -> None:
    asked = an_open_approval()
    a_decision(asked)
    page = sign_in(asked.annette).get(f"/projects/{asked.project.public_id}/approvals")
    assert "Approved" in page.text
    files = sign_in(asked.annette).get(f"/projects/{asked.project.public_id}/files")
    assert "Approved" in files.text


def test_an_older_version_can_be_looked_at(sign_in: SignIn) -> None:
    asked = an_open_approval()
    first = asked.seen
    a_version(asked.file, asked.jana)
    page = sign_in(asked.annette).get(f"{asked.path}?version={first}")
    assert "This is an older version." in page.text


def turn(name: str, on: bool) -> None:
    features.switch(name, on)
    db.session.commit()


@time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=UTC))
def test_a_mail_tells_times_in_the_zone_of_who_reads_it(outbox: Any, sign_in: SignIn) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    annette.time_zone = "America/New_York"
    form = ask_for(a_file(project, jana), annette, due_on="2027-03-01")
    sign_in(jana).post(f"/projects/{project.public_id}/approvals", data=form)
    assert "12:00" in outbox()[-1].text


def test_a_link_is_approved_by_its_address(sign_in: SignIn, outbox: Any) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    link = a_link(project, jana, "Klickdummy", "https://www.figma.com/file/abc")
    form = ask_for(link, annette)
    answer = sign_in(jana).post(f"/projects/{project.public_id}/approvals", data=form)
    address = answer.headers["Location"]
    assert "Klickdummy, version 1, www.figma.com" in outbox()[-1].text
    browser = sign_in(annette)
    page = browser.get(address).text
    assert 'href="https://www.figma.com/file/abc" target="_blank"' in page
    decided = {"outcome": "approved", "seen": newest(link).public_id}
    answer = browser.post(f"{address}/decisions", data=decided, follow_redirects=True)
    assert "https://www.figma.com/file/abc" in answer.text
    decision = one(select(Decision))
    assert decision is not None and decision.seen[0]["url"] == "https://www.figma.com/file/abc"
