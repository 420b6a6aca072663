"""Packages: several things asked for together, decided one by one or all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package, PackageOvertaken
from app.blueprints.approvals.reminding import remind_now, whom_to_remind
from app.blueprints.approvals.reviews import Review
from app.blueprints.clients.models import Client
from app.blueprints.files.models import File
from app.blueprints.projects.models import Project
from app.core.events import Event
from app.core.models import every
from app.core.watch import RemindedToday
from app.extensions import db
from tests.approvals.builders import IPHONE
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.files.builders import a_file, a_version, newest

pytestmark = pytest.mark.usefixtures("agency")
NAMES = ("Anzeige A.png", "Anzeige B.png", "Anzeige C.png")


@dataclass
class Packed:
    """Three advertisements that Jana asks Annette and Murat to approve."""

    package: Package
    files: list[File]
    project: Project
    client: Client
    jana: User
    annette: User
    murat: User

    @property
    def path(self) -> str:
        return f"/packages/{self.package.public_id}"

    @property
    def approvals(self) -> Sequence[Approval]:
        return every(self.package.every_approval())

    @property
    def seen(self) -> dict[str, str]:
        """What Annette has before her."""
        waiting = every(self.package.waiting_for(self.annette))
        return {each.public_id: each.current_items()[0].version.public_id for each in waiting}

    def states(self) -> list[str]:
        return [each.state for each in self.approvals]


def a_package(**more: Any) -> Packed:
    client = a_client()
    project, jana = a_project(client), a_manager()
    annette, murat = an_approver(client), an_approver(client, "Murat Yıldız")
    files = [a_file(project, jana, name) for name in NAMES]
    versions = [newest(file) for file in files]
    people = [annette, murat]
    package = Package.ask(project, versions, people, jana, title="Anzeigenreihe", **more)
    db.session.commit()
    return Packed(package, files, project, client, jana, annette, murat)


def decide(packed: Packed, at: int, outcome: str = "approved") -> Decision:
    approval = packed.approvals[at]
    seen = approval.current_items()[0].version.public_id
    decision, _ = Decision.make(approval, packed.annette, outcome, "Größer", seen, IPHONE)
    return decision


def test_each_is_decided_on_its_own() -> None:
    packed = a_package()
    decide(packed, 0)
    decide(packed, 1, "changes")
    assert packed.states() == ["approved", "changes", "open"]
    assert not packed.package.is_settled


def test_all_that_waits_is_approved_at_once_with_a_receipt_for_each() -> None:
    packed = a_package()
    decide(packed, 1, "changes")
    made = packed.package.approve_all(packed.annette, packed.seen, IPHONE)
    assert packed.states() == ["approved", "changes", "approved"]
    assert len({each.reference for each in made}) == 2
    assert packed.package.is_settled


def test_pressing_twice_approves_once() -> None:
    packed = a_package()
    seen = packed.seen
    packed.package.approve_all(packed.annette, seen, IPHONE)
    assert packed.package.approve_all(packed.annette, seen, IPHONE) == []


@pytest.mark.parametrize("happens", ["a version", "changes", "withdrawn", "nothing seen"])
def test_what_is_not_as_it_was_seen_lets_nothing_be_approved(happens: str) -> None:
    packed = a_package()
    seen = packed.seen
    if happens == "a version":
        a_version(packed.files[2], packed.jana)
    elif happens == "changes":
        approval = packed.approvals[1]
        Decision.make(approval, packed.murat, "changes", "Nein", seen[approval.public_id], IPHONE)
    elif happens == "withdrawn":
        packed.approvals[0].withdraw(packed.jana, "")
    else:
        seen = dict(list(seen.items())[:2])
    db.session.commit()
    with pytest.raises(PackageOvertaken):
        packed.package.approve_all(packed.annette, seen, IPHONE)
    db.session.rollback()
    assert "approved" not in packed.states()


def test_a_new_version_reopens_its_own_approval_alone() -> None:
    packed = a_package()
    packed.package.approve_all(packed.annette, packed.seen, IPHONE)
    a_version(packed.files[1], packed.jana)
    assert packed.states() == ["approved", "open", "approved"]


def test_after_review_all_is_shown_together() -> None:
    tom = a_manager("Tom Lindner")
    packed = a_package(reviewers=[tom])
    for number, approval in enumerate(packed.approvals):
        assert not every(Package.visible_to(packed.annette)), number
        seen = approval.current_items()[0].version.public_id
        Review.make(approval, tom, "passed", "", seen)
    assert packed.states() == ["open"] * 3
    assert every(Package.visible_to(packed.annette)) == [packed.package]


def test_one_reminder_speaks_of_all() -> None:
    packed = a_package()
    decide(packed, 0)
    reminded = [len(whom_to_remind(each)) for each in packed.approvals]
    assert reminded == [0, 2, 0]


def test_a_reminder_by_hand_speaks_of_all_once_a_day_from_whichever_page(outbox: Any) -> None:
    packed = a_package()
    decide(packed, 0)
    assert remind_now(packed.approvals[2], packed.jana) == [packed.annette, packed.murat]
    assert [mail.to_name for mail in outbox()] == ["Annette Sonnenschein", "Murat Yıldız"]
    for name in NAMES[1:]:
        assert name in outbox()[0].text
    decide(packed, 1)
    with pytest.raises(RemindedToday):
        remind_now(packed.approvals[2], packed.jana)


@pytest.mark.only("sqlite")
def test_one_mail_asks_and_one_tells_the_end(sign_in: Any, outbox: Any) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    versions = [newest(a_file(project, jana, name)).public_id for name in NAMES]
    form = {"versions": versions, "deciders": [annette.public_id], "title": "Anzeigenreihe"}
    agency, browser = sign_in(jana), sign_in(annette)
    answer = agency.post(
        f"/projects/{project.public_id}/approvals", data={**form, "apart": "each", "by_mail": "y"}
    )
    path = answer.headers["Location"].removeprefix("http://localhost")
    assert [(mail.kind, mail.to_name) for mail in outbox()] == [
        ("approval_asked", "Annette Sonnenschein")
    ]
    assert path in outbox()[0].text
    assert browser.get("/").text.count("Anzeigenreihe") >= 1
    assert "Anzeige B" not in browser.get("/").text
    approvals = every(select(Approval).order_by(Approval.id))
    first = approvals[0].current_items()[0].version.public_id
    said = {"outcome": "changes", "seen": first, "reason": "Bitte größer."}
    browser.post(f"/approvals/{approvals[0].public_id}/decisions", data=said)
    assert len(outbox()) == 1
    page = browser.get(path).text
    assert "Approve all 2" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    answer = browser.post(f"{path}/decisions", data={"seen": seen}, follow_redirects=True)
    assert "2 of 3 approved" in answer.text
    assert "2 approved. Thank you!" in answer.text
    mail = outbox()[-1]
    assert (len(outbox()), mail.kind, mail.to_name) == (2, "package_closed", "Jana Petersen")
    assert "Bitte größer." in mail.text
    asked = [line.verb for line in every(select(Event)) if line.verb.endswith("asked")]
    assert asked == ["package.asked"]


@pytest.mark.only("sqlite")
def test_a_version_that_came_in_between_is_shown_and_nothing_is_approved(sign_in: Any) -> None:
    packed = a_package()
    seen = ";".join(f"{key}:{value}" for key, value in packed.seen.items())
    browser = sign_in(packed.annette)
    a_version(packed.files[2], packed.jana)
    answer = browser.post(f"{packed.path}/decisions", data={"seen": seen})
    assert answer.status_code == 409
    assert "Nothing was approved." in answer.text
    assert "Version 2" in answer.text
    assert packed.states() == ["open"] * 3


@pytest.mark.only("sqlite")
def test_one_after_the_other_the_next_one_gets_one_mail(sign_in: Any, outbox: Any) -> None:
    packed = a_package(mode="order")
    browser = sign_in(packed.annette)
    seen = ";".join(f"{key}:{value}" for key, value in packed.seen.items())
    browser.post(f"{packed.path}/decisions", data={"seen": seen})
    assert [(mail.kind, mail.to_name) for mail in outbox()] == [("approval_asked", "Murat Yıldız")]


@pytest.mark.only("sqlite")
def test_each_page_leads_to_the_next_and_back_to_the_package(sign_in: Any) -> None:
    packed = a_package()
    first, second, third = (f"/approvals/{each.public_id}" for each in packed.approvals)
    page = sign_in(packed.annette).get(second).text
    assert "2 of 3" in page
    for path in (first, third, packed.path):
        assert f'href="{path}"' in page
    receipt = sign_in(packed.annette).post(
        f"{first}/decisions",
        data={"outcome": "approved", "seen": packed.seen[first[-16:]]},
        follow_redirects=True,
    )
    assert f'href="{second}"' in receipt.text
