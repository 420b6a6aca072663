"""Internal review: colleagues look first, and nothing of it reaches the client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals.errors import Overtaken, ReasonMissing
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.reviews import ApprovalReviewer, Review
from app.blueprints.files.archivals import Archival
from app.core.errors import Conflict, NotAllowed
from app.core.events import Event
from app.core.models import every
from app.extensions import db
from tests.approvals.builders import Asked, an_open_approval
from tests.builders import a_manager, a_member
from tests.files.builders import a_version

pytestmark = pytest.mark.usefixtures("agency")


@dataclass
class Drafted(Asked):
    """A poster that Tom and Ole look at before Annette does."""

    tom: User
    ole: User

    def review(self, by: User, outcome: str = "passed", reason: str = "Das Logo fehlt") -> Review:
        review, _is_new = Review.make(self.approval, by, outcome, reason, self.seen)
        return review


def a_draft() -> Drafted:
    tom, ole = a_manager("Tom Lindner"), a_manager("Ole Brandt")
    asked = an_open_approval(reviewers=[tom, ole])
    return Drafted(**vars(asked), tom=tom, ole=ole)


def exists_for_client(draft: Drafted) -> bool:
    return every(Approval.visible_to(draft.annette)) == [draft.approval]


def test_the_client_is_asked_once_all_have_let_it_pass() -> None:
    draft = a_draft()
    draft.review(draft.tom)
    assert not exists_for_client(draft)
    assert not draft.file.is_shared
    draft.review(draft.ole)
    assert exists_for_client(draft)
    assert draft.file.is_shared
    assert every(draft.approval.whose_turn()) == [draft.annette]


def test_one_who_sends_it_back_stops_it_and_says_why() -> None:
    draft = a_draft()
    with pytest.raises(ReasonMissing):
        draft.review(draft.tom, "returned", "")
    draft.review(draft.tom, "returned")
    assert draft.approval.state == "returned"
    with pytest.raises(Overtaken):
        draft.review(draft.ole)


def test_the_client_is_not_asked_for_what_was_archived_meanwhile() -> None:
    draft = a_draft()
    draft.review(draft.tom)
    archival = Archival.put_away(draft.file, draft.jana)
    db.session.commit()
    for ask in (lambda: draft.review(draft.ole), draft.approval.release):
        with pytest.raises(Conflict):
            ask()
        db.session.rollback()
    archival.restore(draft.jana)
    draft.review(draft.ole)
    assert exists_for_client(draft)


def test_another_draft_is_looked_at_anew_and_is_no_round_for_the_client() -> None:
    draft = a_draft()
    draft.review(draft.tom, "returned")
    seen = draft.seen
    a_version(draft.file, draft.jana)
    with pytest.raises(Overtaken):
        Review.make(draft.approval, draft.tom, "passed", "", seen)
    assert every(ApprovalReviewer.awaited(draft.approval)) == [draft.ole, draft.tom]
    draft.review(draft.tom)
    draft.review(draft.ole)
    assert (draft.approval.state, draft.approval.round) == ("open", 1)
    assert [item.version.number for item in draft.approval.current_items()] == [2]


def test_pressing_twice_gives_the_first_review() -> None:
    draft = a_draft()
    assert draft.review(draft.tom).id == draft.review(draft.tom, "returned").id


def test_only_who_was_asked_reviews_and_whoever_left_the_project_holds_nobody_up() -> None:
    draft = a_draft()
    with pytest.raises(NotAllowed):
        draft.review(draft.jana)
    draft.ole.change_role("member")
    draft.review(draft.tom)
    assert draft.approval.is_open


def test_the_agency_waits_no_longer_or_withdraws_without_a_word_to_the_client() -> None:
    draft, other = a_draft(), a_draft()
    draft.approval.release()
    assert exists_for_client(draft)
    other.approval.withdraw(other.jana, "Doch nicht")
    assert not every(Approval.visible_to(other.annette))
    with pytest.raises(Overtaken):
        other.approval.release()


@pytest.mark.only("sqlite")
def test_nothing_of_a_review_reaches_the_client(sign_in: Any, outbox: Any) -> None:
    draft = a_draft()
    tom, ole, annette = (sign_in(each) for each in (draft.tom, draft.ole, draft.annette))
    project = f"/projects/{draft.project.public_id}"
    assert "Plakat" in tom.get("/").text
    form = {"outcome": "returned", "seen": draft.seen, "reason": "Das Logo fehlt"}
    tom.post(f"{draft.path}/reviews", data=form)
    assert [(mail.kind, mail.to_name) for mail in outbox()] == [
        ("approval_reviewed", "Jana Petersen")
    ]
    for path in (draft.path, f"{draft.path}/reviews/new", f"{draft.path}/changes"):
        assert annette.get(path).status_code == 404
    for path in ("/", project, f"{project}/approvals", f"{project}/activity"):
        assert "Plakat" not in annette.get(path).text
    a_version(draft.file, draft.jana)
    for browser in (tom, ole):
        form = {"outcome": "passed", "seen": draft.seen}
        browser.post(f"{draft.path}/reviews", data=form)
    assert "Plakat" in annette.get("/").text
    page = annette.get(draft.path).text
    assert "Das Logo fehlt" not in page
    assert "Internal" not in page
    assert outbox()[-1].to_email == draft.annette.email
    shown = [line.verb for line in every(select(Event).where(~Event.internal))]
    assert [verb for verb in shown if verb.startswith("approval.")] == [
        "approval.asked",
        "approval.seen",
    ]


@pytest.mark.only("sqlite")
def test_a_colleague_who_is_not_asked_sees_the_review_and_has_no_say(sign_in: Any) -> None:
    draft = a_draft()
    wiebke = a_member("Wiebke Holm", draft.project)
    db.session.commit()
    browser = sign_in(wiebke)
    page = browser.get(draft.path).text
    assert "Internal review" in page
    assert 'id="decision"' not in page
    form = {"outcome": "passed", "seen": draft.seen}
    assert browser.post(f"{draft.path}/reviews", data=form).status_code == 403
