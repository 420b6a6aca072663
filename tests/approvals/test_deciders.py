"""Who decides when several are asked, whose turn it is, and what happens when one of them leaves."""

from __future__ import annotations

from typing import Any

import pytest

from app.blueprints.accounts.models import User
from app.blueprints.approvals.deciders import everybody_asked
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.delegations import Delegation, colleagues
from app.blueprints.approvals.errors import Overtaken
from app.blueprints.approvals.models import Approval
from app.blueprints.clients.invitations import Invitation
from app.core.errors import Conflict, NotAllowed
from app.core.models import every
from tests.approvals.builders import Several, several_asked
from tests.builders import a_client, a_contributor, an_approver
from tests.files.builders import a_version

pytestmark = pytest.mark.usefixtures("agency")


def turn(asked: Several) -> list[str]:
    """Whose turn it is, by first name, said in three ways that must agree."""
    names = [user.name.split()[0] for user in every(asked.approval.whose_turn())]
    waiting = [each for each in asked.people if every(Approval.waiting_for(each))]
    assert [each.name.split()[0] for each in waiting] == names
    shown = [
        each.name.split()[0] for each in everybody_asked(Approval, asked.approval) if each.is_turn
    ]
    assert sorted(shown) == names
    return names


def test_any_one_answer_is_enough() -> None:
    asked = several_asked("any")
    assert turn(asked) == ["Annette", "Murat"]
    asked.decide(asked.murat)
    assert (asked.approval.state, turn(asked)) == ("approved", [])


def test_all_have_to_approve() -> None:
    asked = several_asked("all")
    asked.decide(asked.murat)
    assert (asked.approval.state, turn(asked)) == ("open", ["Annette"])
    asked.decide(asked.annette)
    assert (asked.approval.state, turn(asked)) == ("approved", [])


def test_one_after_the_other_in_the_order_given() -> None:
    asked = several_asked("order", ["murat", "annette"])
    assert turn(asked) == ["Murat"]
    with pytest.raises(Conflict):
        asked.decide(asked.annette)
    asked.decide(asked.murat)
    assert (asked.approval.state, turn(asked)) == ("open", ["Annette"])
    asked.decide(asked.annette)
    assert asked.approval.state == "approved"


@pytest.mark.parametrize("mode", ["all", "order"])
def test_one_who_wants_changes_settles_the_round_at_once(mode: str) -> None:
    asked = several_asked(mode)
    asked.decide(asked.annette, "changes")
    assert (asked.approval.state, turn(asked)) == ("changes", [])
    with pytest.raises(Overtaken):
        asked.decide(asked.murat)


def test_pressing_twice_gives_the_first_word_while_others_are_awaited() -> None:
    asked = several_asked("all")
    first, again = asked.decide(asked.murat), asked.decide(asked.murat)
    assert first.id == again.id


def test_a_new_version_asks_everybody_again() -> None:
    asked = several_asked("all")
    asked.decide(asked.annette)
    a_version(asked.file, asked.jana)
    assert turn(asked) == ["Annette", "Murat"]


@pytest.mark.parametrize("mode", ["all", "order"])
def test_who_is_invited_is_awaited_until_they_come_or_never_will(mode: str) -> None:
    asked = several_asked(mode)
    birgit = Invitation.to_client(
        asked.client, "approver", asked.jana, name="Birgit", email="b@kunde.de", language="de"
    )
    asked.approval.ask_others([birgit, asked.annette], mode)
    assert turn(asked) == ([] if mode == "order" else ["Annette"])
    if mode == "all":
        asked.decide(asked.annette)
        assert asked.approval.is_open
    birgit.withdraw(asked.jana)
    assert turn(asked) == (["Annette"] if mode == "order" else [])


def test_who_may_not_decide_any_more_holds_nobody_up() -> None:
    asked = several_asked("order", ["murat", "annette"])
    read_along(asked, asked.murat)
    assert turn(asked) == ["Annette"]
    read_along(asked, asked.annette)
    assert turn(asked) == []
    assert every(Approval.waiting_for_nobody(asked.jana)) == [asked.approval]


def test_the_agency_lets_others_decide_and_what_was_said_still_counts() -> None:
    asked = several_asked("all")
    asked.decide(asked.annette)
    read_along(asked, asked.murat)
    assert asked.approval.is_open
    asked.approval.ask_others([asked.annette], "all")
    assert asked.approval.state == "approved"


def test_somebody_passes_their_decision_on_to_a_colleague() -> None:
    asked = several_asked("order")
    birgit = an_approver(asked.client, "Birgit Hansen")
    Delegation.make(asked.approval, asked.annette, birgit, "Bin im Urlaub")
    assert [each.name for each in every(asked.approval.whose_turn())] == ["Birgit Hansen"]
    with pytest.raises(NotAllowed):
        asked.decide(asked.annette)


def test_only_a_colleague_who_may_decide_and_is_not_asked_yet_can_be_passed_it() -> None:
    asked = several_asked("all")
    a_contributor(asked.client, "Birgit Hansen")
    an_approver(a_client("Werft Holm"), "Wiebke Holm")
    assert every(colleagues(asked.approval)) == []
    with pytest.raises(Conflict):
        Delegation.make(asked.approval, asked.annette, asked.murat)


def test_what_is_decided_or_was_not_asked_can_not_be_passed_on() -> None:
    asked = several_asked("all")
    birgit = an_approver(asked.client, "Birgit Hansen")
    asked.decide(asked.annette)
    for somebody in (asked.annette, birgit):
        with pytest.raises(NotAllowed):
            Delegation.make(asked.approval, somebody, birgit)
    asked.decide(asked.murat)
    with pytest.raises(Overtaken):
        Delegation.make(asked.approval, asked.murat, birgit)


def test_a_decision_taken_back_counts_no_more_and_its_person_is_asked_again() -> None:
    asked = several_asked("all")
    first, second = asked.decide(asked.annette), asked.decide(asked.murat)
    second.take_back(asked.jana, "Aus Versehen")
    assert (asked.approval.state, turn(asked)) == ("open", ["Murat"])
    assert every(Decision.standing(asked.approval)) == [first]
    asked.decide(asked.murat, "changes")
    assert asked.approval.state == "changes"


def test_only_what_counts_can_be_taken_back() -> None:
    asked = several_asked("any")
    decision = asked.decide(asked.annette)
    decision.take_back(asked.jana, "Aus Versehen")
    with pytest.raises(Overtaken):
        decision.take_back(asked.jana, "Noch einmal")
    decision = asked.decide(asked.annette)
    a_version(asked.file, asked.jana)
    with pytest.raises(Overtaken):
        decision.take_back(asked.jana, "Zu spät")


def read_along(asked: Any, user: User) -> None:
    """Let a person only read along from now on."""
    membership = asked.client.membership_of(user)
    membership.change_role("viewer", asked.jana)
