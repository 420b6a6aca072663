"""What may be asked and decided, and that a decision holds for exactly what was seen."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.decisions import Decision, ReferenceCounter
from app.blueprints.approvals.errors import Overtaken, ReasonMissing
from app.blueprints.approvals.models import Approval
from app.blueprints.clients.invitations import Invitation
from app.blueprints.files import hooks
from app.blueprints.files.models import File
from app.core.errors import Conflict, NotAllowed
from app.core.models import every
from app.extensions import db
from tests.approvals.builders import IPHONE, a_decision, an_open_approval
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.files.builders import a_file, a_version, newest

pytestmark = pytest.mark.usefixtures("agency")


def test_asking_shares_the_file() -> None:
    asked = an_open_approval()
    assert asked.file.is_shared
    assert asked.approval.is_open


def test_only_the_newest_version_of_a_file_can_be_asked_for() -> None:
    asked = an_open_approval()
    first = newest(asked.file)
    a_version(asked.file, asked.jana)
    with pytest.raises(Conflict):
        Approval.ask(asked.project, [first], [asked.annette], asked.jana, title="Plakat")


def test_without_deciders_nothing_can_be_asked() -> None:
    project, jana = a_project(a_client()), a_manager()
    version = newest(a_file(project, jana))
    with pytest.raises(Conflict):
        Approval.ask(project, [version], [], jana, title="Plakat")


def test_who_was_asked_before_they_came_decides_once_they_have() -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    version = newest(a_file(project, jana))
    invitation = Invitation.to_client(
        client, "approver", jana, name="Annette", email="annette@kunde.de", language="de"
    )
    approval = Approval.ask(project, [version], [invitation], jana, title="Plakat")
    annette, _is_new = invitation.accept()
    assert every(Approval.waiting_for(annette)) == [approval]
    Decision.make(approval, annette, "approved", "", version.public_id, IPHONE)
    assert approval.state == "approved"


def test_a_decision_says_what_was_seen_by_whom_and_from_where() -> None:
    asked = an_open_approval()
    decision = a_decision(asked)
    version = newest(asked.file)
    assert decision.seen == [
        {
            "version": version.public_id,
            "name": "Plakat.png",
            "number": 1,
            "size": version.size,
            "sha256": version.sha256,
            "url": None,
        }
    ]
    assert (decision.by.name, decision.device) == ("Annette Sonnenschein", "Safari, iPhone")
    assert decision.masked_address == "91.12.84.•••"
    assert asked.approval.state == "approved"


def test_changes_need_a_reason() -> None:
    asked = an_open_approval()
    with pytest.raises(ReasonMissing):
        a_decision(asked, "changes")


def test_pressing_twice_gives_the_first_decision() -> None:
    asked = an_open_approval()
    first = a_decision(asked)
    again, is_new = Decision.make(asked.approval, asked.annette, "approved", "", asked.seen, IPHONE)
    assert (again.id, is_new) == (first.id, False)


def test_somebody_who_was_not_asked_cannot_decide() -> None:
    asked = an_open_approval()
    other = an_approver(asked.client, "Murat Yıldız")
    with pytest.raises(NotAllowed):
        Decision.make(asked.approval, other, "approved", "", asked.seen, IPHONE)


def test_the_second_of_two_deciders_is_told_that_it_is_decided() -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    annette, murat = an_approver(client), an_approver(client, "Murat Yıldız")
    version = newest(a_file(project, jana))
    approval = Approval.ask(project, [version], [annette, murat], jana, title="Plakat")
    Decision.make(approval, annette, "approved", "", version.public_id, IPHONE)
    with pytest.raises(Overtaken):
        Decision.make(approval, murat, "changes", "Größer", version.public_id, IPHONE)
    assert approval.state == "approved"


def test_a_withdrawn_request_cannot_be_decided() -> None:
    asked = an_open_approval()
    asked.approval.withdraw(asked.jana, "Falsche Datei")
    with pytest.raises(Overtaken):
        a_decision(asked)


@pytest.mark.parametrize("outcome", ["approved", "changes"])
def test_a_new_version_asks_again_and_keeps_what_became_of_the_last(outcome: str) -> None:
    asked = an_open_approval()
    earlier = a_decision(asked, outcome, "Bitte größer")
    a_version(asked.file, asked.jana)
    assert (asked.approval.state, asked.approval.round) == ("open", 2)
    assert [item.version.number for item in asked.approval.current_items()] == [2]
    assert [each.id for each in every(Decision.of_approval(asked.approval))] == [earlier.id]


def test_a_round_asks_with_what_changed_and_without_a_deadline_that_has_passed() -> None:
    moment = datetime(2026, 9, 22, 15, tzinfo=UTC)
    with time_machine.travel(moment, tick=False) as now:
        asked = an_open_approval(due_at=moment + timedelta(hours=1), message="Passt das so?")
        tom = a_manager("Tom Lindner")
        a_version(asked.file, tom, note="Logo unten rechts")
        assert asked.approval.due_at == moment + timedelta(hours=1)
        now.shift(timedelta(hours=2))
        a_version(asked.file, tom, note="Schrift größer")
    assert asked.approval.due_at is None
    assert (asked.approval.message, asked.approval.asked_by_id) == ("Schrift größer", tom.id)


def test_a_decision_on_the_version_before_is_refused() -> None:
    asked = an_open_approval()
    seen = asked.seen
    a_version(asked.file, asked.jana)
    with pytest.raises(Overtaken):
        Decision.make(asked.approval, asked.annette, "approved", "", seen, IPHONE)


def test_a_new_version_leaves_a_withdrawn_request_alone() -> None:
    asked = an_open_approval()
    asked.approval.withdraw(asked.jana, "")
    a_version(asked.file, asked.jana)
    assert (asked.approval.state, asked.approval.round) == ("withdrawn", 1)


@pytest.mark.parametrize("decided", [False, True])
def test_a_file_that_the_client_was_asked_about_stays_shared(decided: bool) -> None:
    asked = an_open_approval()
    if decided:
        a_decision(asked)
    with pytest.raises(Conflict):
        asked.file.unshare()


def test_a_withdrawn_request_for_a_file_that_is_internal_again_does_not_exist_for_clients() -> None:
    asked = an_open_approval()
    asked.approval.withdraw(asked.jana, "")
    asked.file.unshare()
    assert every(Approval.visible_to(asked.annette)) == []
    assert len(every(Approval.visible_to(asked.jana))) == 1


def test_in_a_finished_project_nothing_is_decided() -> None:
    asked = an_open_approval()
    asked.project.finish()
    with pytest.raises(Conflict):
        a_decision(asked)


def test_who_has_left_or_only_reads_along_is_asked_no_more() -> None:
    asked = an_open_approval()
    a_client("Werft Petersen").welcome(asked.annette, "approver")  # So they keep their access.
    membership = asked.client.membership_of(asked.annette)
    assert membership is not None
    membership.change_role("viewer", asked.jana)
    db.session.flush()
    assert every(asked.approval.deciders()) == every(Approval.waiting_for(asked.annette)) == []
    membership.end(asked.jana)
    assert every(asked.approval.deciders()) == []


def test_references_count_by_year_without_gaps() -> None:
    moments = [datetime(2026, 12, 31, 22, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)]
    given = [ReferenceCounter.next(moment) for moment in [moments[0], moments[0], moments[1]]]
    # 23:00 UTC is past midnight in the agency's Berlin.
    assert given == ["F-2026-0001", "F-2026-0002", "F-2027-0001"]


def test_an_approval_is_overdue_when_its_moment_has_passed() -> None:
    due_at = datetime(2026, 9, 22, 16, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 9, 22, 15, tzinfo=UTC), tick=False) as now:
        asked = an_open_approval(due_at=due_at)
        assert not asked.approval.is_overdue
        now.move_to(datetime(2026, 9, 22, 17, tzinfo=UTC))
        assert asked.approval.is_overdue


def test_two_who_decide_at_the_same_moment_make_one_decision(app: Flask) -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    people = [an_approver(client, f"Person {number}") for number in range(4)]
    version = newest(a_file(project, jana))
    approval = Approval.ask(project, [version], people, jana, title="Plakat")
    number, seen = approval.id, version.public_id
    ids = [user.id for user in people]
    db.session.commit()
    results: list[Any] = []
    start = threading.Barrier(len(ids))

    def decide(user_id: int) -> None:
        with app.app_context():
            start.wait()
            mine = db.session.get(Approval, number)
            user = db.session.get(User, user_id)
            assert mine is not None and user is not None
            try:
                decision, _is_new = Decision.make(mine, user, "approved", "", seen, IPHONE)
                db.session.commit()
                results.append(decision.id)
            except Overtaken:
                db.session.rollback()
                results.append(None)

    together([lambda user_id=user_id: decide(user_id) for user_id in ids])
    assert len(results) == 4
    assert len([each for each in results if each]) == 1
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 1


def test_a_version_and_a_decision_at_the_same_moment_leave_no_decision_on_the_wrong_one(
    app: Flask,
) -> None:
    asked = an_open_approval()
    number, file_id, seen = asked.approval.id, asked.file.id, asked.seen
    annette, jana = asked.annette.id, asked.jana.id
    db.session.commit()
    start = threading.Barrier(2)

    def decide() -> None:
        with app.app_context():
            start.wait()
            mine, user = db.session.get(Approval, number), db.session.get(User, annette)
            assert mine is not None and user is not None
            try:
                Decision.make(mine, user, "approved", "", seen, IPHONE)
                db.session.commit()
            except Overtaken:
                db.session.rollback()

    def upload() -> None:
        with app.app_context():
            start.wait()
            file, user = db.session.get(File, file_id), db.session.get(User, jana)
            assert file is not None and user is not None
            a_version(file, user)

    together([decide, upload])
    approval = db.session.get(Approval, number, populate_existing=True)
    assert approval is not None
    assert (approval.state, approval.round) == ("open", 2)
    decisions = every(select(Decision))
    assert [each.round for each in decisions] in ([], [1])


def together(works: list[Any]) -> None:
    """Run all at once, each in a thread of its own."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.only("postgresql")  # SQLite lets one write after the other anyway.
def test_newer_versions_of_two_files_of_one_approval_can_come_at_once(
    app: Flask, agency: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each holds its file while it begins a round that is about the other one, too."""
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    files = [a_file(project, jana, name) for name in ("Plakat.png", "Flyer.png")]
    approval = Approval.ask(project, [newest(f) for f in files], [annette], jana, title="Druck")
    db.session.commit()
    both_hold, person = threading.Barrier(2), jana.id
    monkeypatch.setattr(
        hooks, "ON_NEW_VERSION", [lambda *_: both_hold.wait(30), *hooks.ON_NEW_VERSION]
    )

    def bring(number: int) -> None:
        with app.app_context():
            a_version(db.session.get_one(File, number), db.session.get_one(User, person))

    together([partial(bring, file.id) for file in files])
    db.session.refresh(approval)
    assert approval.round == 3
    assert [item.version.number for item in approval.current_items()] == [2, 2]
