"""Whatever several people do in whatever order: no state that the rules forbid, and the log explains each."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select

from app.blueprints.approvals import log
from app.blueprints.approvals.answering import answer
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.delegations import Delegation, colleagues
from app.blueprints.approvals.models import Approval
from app.core.errors import DomainError
from app.core.events import PENDING
from app.core.models import every
from app.extensions import db
from tests.approvals.builders import IPHONE, Several, several_asked
from tests.builders import an_approver
from tests.files.builders import a_picture, an_upload

SEQUENCES, LENGTH = 50, 8
SAYS = {
    "approval.approved": {"approved", "open"},
    "approval.changes_requested": {"changes"},
    "approval.reopened": {"open"},
    "approval.withdrawn": {"withdrawn"},
    "approval.taken_back": {"open", "approved"},
    "approval.delegated": {"open"},
    "approval.deciders_changed": {"open", "approved"},
}
"""In which states an approval may be after a line of the log."""


class Story:
    """One approval, and the people who do things to it."""

    def __init__(self, asked: Several, luck: random.Random) -> None:
        self.asked, self.approval, self.luck = asked, asked.approval, luck
        self.people = [*asked.people, an_approver(asked.client, "Birgit Hansen")]

    def decide(self) -> None:
        outcome = self.luck.choice(["approved", "approved", "changes"])
        answer(self.approval, self.luck.choice(self.people), outcome, "Größer", self.seen, IPHONE)

    def upload(self) -> None:
        content = a_picture(width=8 + self.asked.file.number)
        self.asked.file.add_version(an_upload("Plakat.png", content), self.asked.jana)

    def withdraw(self) -> None:
        if self.luck.random() < 0.3:
            self.approval.withdraw(self.asked.jana, "Doch nicht")
            log.note("approval.withdrawn", self.approval, self.asked.jana)

    def delegate(self) -> None:
        to = self.luck.choice([*every(colleagues(self.approval)), self.asked.murat])
        delegation = Delegation.make(self.approval, self.luck.choice(self.people), to)
        log.delegated(delegation, IPHONE)

    def take_back(self) -> None:
        decisions = every(Decision.of_approval(self.approval))
        if decisions:
            decision = self.luck.choice(decisions)
            decision.take_back(self.asked.jana, "Aus Versehen")
            log.taken_back(decision, self.asked.jana, IPHONE, "Aus Versehen")

    def ask_others(self) -> None:
        chosen = self.luck.sample(self.people, self.luck.randint(1, 3))
        self.approval.ask_others(chosen, self.luck.choice(["any", "all", "order"]))
        log.deciders_changed(self.approval, self.asked.jana, IPHONE)

    @property
    def seen(self) -> str:
        return self.approval.current_items()[0].version.public_id

    def check(self) -> None:
        approval = self.approval
        standing = [each.outcome for each in every(Decision.standing(approval))]
        turns = every(approval.whose_turn())
        assert (approval.state == "changes") <= ("changes" in standing)
        assert (approval.state == "approved") <= (standing != [] and "changes" not in standing)
        assert (approval.state == "open") == bool(turns)
        assert approval.mode != "order" or len(turns) <= 1
        for person in self.people:
            waiting = every(Approval.waiting_for(person).where(Approval.id == approval.id))
            assert bool(waiting) == (person in turns)
        lines = [line for line, *_more in db.session().info.get(PENDING, [])]
        own = [line for line in lines if line.facts.get("approval") == approval.public_id]
        if own:
            assert approval.state in SAYS[own[-1].verb]


@pytest.mark.only("sqlite")
@pytest.mark.usefixtures("agency")
def test_no_sequence_leads_to_a_forbidden_state() -> None:
    asked = several_asked("any")
    number = asked.approval.id
    for seed in range(SEQUENCES):
        luck = random.Random(seed)
        story = Story(asked, luck)
        acts = [story.decide] * 4 + [story.upload, story.withdraw, story.delegate]
        acts += [story.take_back, story.ask_others]
        for _step in range(LENGTH):
            act = luck.choice(acts)
            try:
                with db.session.begin_nested():
                    act()
            except DomainError:
                continue
            story.check()
        db.session.rollback()
        assert db.session.scalar(select(Approval.state).where(Approval.id == number)) == "open"
