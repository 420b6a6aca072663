"""What may be said about an approval, by whom, until when; and that drafts are nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale

from app.blueprints.approvals.comments import Comment, NotTaken
from app.blueprints.approvals.decisions import ReasonMissing
from app.blueprints.approvals.models import Overtaken
from app.blueprints.approvals.places import Places
from app.blueprints.approvals.readers import mentioned, sees, who_sees
from app.blueprints.approvals.sendings import send_drafts
from app.core.errors import NotAllowed
from app.core.models import every
from app.extensions import db
from tests.approvals.builders import Asked, a_comment, a_decision, an_open_approval
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_viewer,
    an_approver,
    an_owner,
)
from tests.files.builders import a_version

pytestmark = pytest.mark.usefixtures("agency")


def read_by(user: Any, asked: Asked) -> list[str]:
    """What somebody finds said about an approval."""
    found = Comment.visible_to(user).where(Comment.approval_id == asked.approval.id)
    return [each.body for each in every(found.order_by(Comment.id))]


def test_a_draft_exists_for_its_author_only_until_all_are_sent_at_once() -> None:
    asked = an_open_approval()
    murat = a_contributor(asked.client)
    for body in ("Größer", "Wärmer"):
        a_comment(asked, murat, body)
    assert read_by(murat, asked) == ["Größer", "Wärmer"]
    assert read_by(asked.annette, asked) == read_by(asked.jana, asked) == []
    sent = send_drafts(asked.approval, murat)
    assert len({each.sent_at for each in sent}) == 1
    assert read_by(asked.annette, asked) == read_by(asked.jana, asked) == ["Größer", "Wärmer"]
    assert read_by(an_approver(a_client("Werft Holm")), asked) == []


def test_what_the_agency_says_is_sent_at_once() -> None:
    asked = an_open_approval()
    a_comment(asked, asked.jana, "Passt das?")
    assert read_by(asked.annette, asked) == ["Passt das?"]


def test_a_decision_takes_the_drafts_of_who_decides_along_and_nobody_elses() -> None:
    asked = an_open_approval()
    a_comment(asked, asked.annette, "Die Sonne ist schön")
    a_comment(asked, a_contributor(asked.client), "Der Preis fehlt")
    decision = a_decision(asked, "changes", "Bitte größer")
    sent = every(Comment.of_decision(decision))
    assert [each.body for each in sent] == ["Bitte größer", "Die Sonne ist schön"]
    assert [each.is_reason for each in sent] == [True, False]
    assert read_by(asked.jana, asked) == ["Die Sonne ist schön", "Bitte größer"]


def test_comments_alone_can_say_what_to_change() -> None:
    asked = an_open_approval()
    a_comment(asked, asked.jana, "Passt das?")
    with pytest.raises(ReasonMissing):
        a_decision(asked, "changes")
    a_comment(asked, asked.annette, "Nein, bitte größer")
    assert a_decision(asked, "changes").reason == ""


def test_a_newer_version_closes_what_was_said_but_keeps_a_draft_to_take_over() -> None:
    asked = an_open_approval()
    said = a_comment(asked, asked.jana, "Passt das?")
    draft = a_comment(asked, asked.annette, "Bitte größer", answers=said)
    a_version(asked.file, asked.jana)
    with pytest.raises(Overtaken):
        Comment.write(asked.approval, asked.annette, "Zu spät", round=1)
    with pytest.raises(NotTaken):
        a_comment(asked, asked.annette, "Zu spät", answers=said)
    assert send_drafts(asked.approval, asked.annette) == []
    draft.rewrite(asked.approval, asked.annette, "Immer noch größer")
    assert (draft.round, draft.answers_id) == (2, None)
    assert send_drafts(asked.approval, asked.annette) == [draft]


@pytest.mark.parametrize("end", ["withdrawn", "finished"])
def test_where_nothing_can_be_decided_any_more_nothing_can_be_said(end: str) -> None:
    asked = an_open_approval()
    a_comment(asked, asked.annette, "Bitte größer")
    if end == "withdrawn":
        asked.approval.withdraw(asked.jana, "")
    else:
        asked.project.finish()
    with pytest.raises(NotTaken):
        a_comment(asked, asked.jana, "Schade")
    with pytest.raises(NotTaken):
        send_drafts(asked.approval, asked.annette)


def test_what_is_done_says_with_which_version() -> None:
    asked = an_open_approval()
    said = a_comment(asked, asked.jana, "Schrift größer")
    a_version(asked.file, asked.jana)
    assert said.resolve(asked.approval, asked.annette)
    assert not said.resolve(asked.approval, asked.jana)
    assert said.resolved_by_id == asked.annette.id
    places = Places([asked.approval])
    with force_locale("en"):
        assert (places.about(said), places.done(said)) == ("v1", "Resolved in v2")
    assert said.reopen(asked.approval)
    assert places.done(said) == ""


def test_what_was_sent_can_be_taken_back_until_something_came_of_it() -> None:
    asked = an_open_approval()
    quiet, answered = (a_comment(asked, asked.jana, words) for words in ("Hm", "Passt das?"))
    kept = a_comment(asked, asked.annette, "Ja", answers=quiet)
    a_comment(asked, a_manager("Ole"), "Ich finde ja", answers=answered)
    with pytest.raises(NotAllowed):
        quiet.take_back(asked.approval, asked.annette)
    with pytest.raises(NotTaken):
        answered.take_back(asked.approval, asked.jana)
    quiet.take_back(asked.approval, asked.jana)
    db.session.refresh(kept)
    assert kept.answers_id is None
    assert read_by(asked.annette, asked) == ["Passt das?", "Ja", "Ich finde ja"]


def test_what_was_sent_is_never_rewritten() -> None:
    asked = an_open_approval()
    said = a_comment(asked, asked.jana, "Passt das?")
    with pytest.raises(NotTaken):
        said.rewrite(asked.approval, asked.jana, "Passt das so?")


def test_whoever_can_be_spoken_to_can_open_the_approval_and_the_other_way_round() -> None:
    asked = an_open_approval()
    people = [
        asked.jana, asked.annette, an_owner(), a_member(), a_member("Tom Lindner", asked.project),
        a_contributor(asked.client), a_viewer(asked.client), an_approver(a_client("Werft Holm")),
    ]  # fmt: skip
    for shown in (True, False):
        asked.project.show("approvals", shown)
        db.session.flush()
        able = {user.id for user in people if sees(user, asked.approval)}
        assert {user.id for user in every(who_sees(asked.approval, asked.jana))} == able


def test_clients_are_not_told_of_heads_who_have_nothing_to_do_with_it() -> None:
    asked = an_open_approval()
    an_owner()
    names = [user.name for user in every(who_sees(asked.approval, asked.annette))]
    assert names == ["Annette Sonnenschein", "Jana Petersen"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Murat Yıldız, bitte", {"Murat Yıldız"}),
        ("Fragt @murat yildiz.", {"Murat Yıldız"}),
        ("(@Murat) und @PETERSEN", {"Murat Yıldız", "Jana Petersen"}),
        ("@Jana weiß es", set()),
        ("@Jana Holm weiß es", {"Jana Holm"}),
        ("jana@petersen.de @ @_ @Niemand", set()),
    ],
)
def test_an_at_and_a_name_mean_somebody_who_sees_it(text: str, meant: set[str]) -> None:
    client = a_client()
    people = [a_manager(), a_contributor(client), an_approver(client, "Jana Holm")]
    found = mentioned(text, people)
    assert {user.name for user in people if user.id in found} == meant
