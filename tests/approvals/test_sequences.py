"""Whatever several people do in whatever order: no state that the rules forbid, and the log explains each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals import log
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.delegations import Delegation
from app.blueprints.approvals.items import ApprovalItem, seen_in
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reviews import Review
from app.blueprints.approvals.terms import Terms
from app.blueprints.files.archivals import Archival
from app.blueprints.files.links import Link
from app.core.errors import DomainError
from app.core.events import PENDING, Event
from app.core.models import every
from app.extensions import db
from tests.approvals.builders import IPHONE
from tests.approvals.standing import Standing
from tests.builders import a_client, a_manager, a_member, a_project, an_approver
from tests.faults import LONG
from tests.files.builders import a_link, newest

SEQUENCES, LENGTH = (200 if LONG else 70), 8
NAMES = ("Annette Sonnenschein", "Murat Yıldız", "Birgit Hansen")
CLIENT = st.sampled_from(NAMES)
SEVERAL = st.lists(CLIENT, min_size=1, max_size=3, unique=True)
MODES = st.sampled_from(["any", "all", "order"])
ANY = st.integers(0, 5)
"""One of what is there, counted round and round."""
HAPPENS = {
    *("asked", "asked_together", "review_asked", "review_passed", "review_returned", "released"),
    *("approved", "reopened", "withdrawn", "deciders_changed", "terms_changed"),
}
"""What is so frequent that its absence shows that the sequences lead nowhere."""


class World:
    """A project with three links to ask about, and people; it is as it was before each sequence."""

    def __init__(self) -> None:
        client = a_client()
        self.project, self.jana = a_project(client), a_manager()
        self.tom = a_member("Tom Lindner", self.project)
        self.people = {name: an_approver(client, name) for name in NAMES}
        names = ("Plakat", "Flyer", "Karte")
        self.files = [a_link(self.project, self.jana, name) for name in names]
        db.session.commit()
        self.heard: Counter[str] = Counter()


class Story(RuleBasedStateMachine):
    """One sequence, in a transaction that is never committed. What an act may not do leaves everything as it is."""

    world: World

    def teardown(self) -> None:
        self.world.heard.update(line.verb for line in self._lines())
        db.session.rollback()

    @initialize(
        n=st.integers(1, 2),
        apart=st.booleans(),
        looked=st.sampled_from(["", "", "passed", "returned", "released"]),
        mode=MODES,
        names=SEVERAL,
    )
    def begin(self, n: int, apart: bool, looked: str, mode: str, names: list[str]) -> None:
        """Something is asked, and perhaps reviewed first."""
        kind = Package if apart else Approval
        reviewers = [self.world.tom] if looked else []
        self._do(lambda: self._ask(kind, n, mode, names, reviewers=reviewers))
        if looked:
            self._do(lambda: self._review(self._one(0), looked))

    @rule(n=st.integers(1, 2), mode=MODES, names=SEVERAL)
    def ask_once_more(self, n: int, mode: str, names: list[str]) -> None:
        if len(self._approvals()) < 4:
            self._do(lambda: self._ask(Approval, -n, mode, names))

    @rule(at=ANY, outcome=st.sampled_from(["approved", "changes"]))
    def decide(self, at: int, outcome: str) -> None:
        """One of those whose turn it is, on what is there."""
        approval = self._one(at)
        turns = every(approval.whose_turn())
        if turns:
            by = turns[at % len(turns)]
            self._do(lambda: self._decide(approval, by, outcome))

    @rule(at=ANY, by=CLIENT, stale=st.booleans())
    def decide_amiss(self, at: int, by: str, stale: bool) -> None:
        """Perhaps not asked, perhaps not their turn, perhaps on what they saw before."""
        approval = self._one(at)
        self._do(lambda: self._decide(approval, self.world.people[by], "approved", stale))

    @rule(at=ANY, by=CLIENT)
    def approve_all(self, at: int, by: str) -> None:
        package, person = Package.of(self._one(at)), self.world.people[by]
        if package is not None:
            self._do(lambda: self._approve_all(package, person))

    @rule(at=ANY)
    def take_back(self, at: int) -> None:
        decisions = every(select(Decision).order_by(Decision.id.desc()))
        if decisions:
            self._do(lambda: self._take_back(decisions[at % len(decisions)]))

    @rule(at=ANY, says=st.sampled_from(["returned", "passed", "released"]))
    def review(self, at: int, says: str) -> None:
        approval = self._one(at)
        if approval.is_internal:
            self._do(lambda: self._review(approval, says))

    @rule(at=ANY)
    def upload(self, at: int) -> None:
        file = self.world.files[at % 3]
        newer = Link.to(f"https://kunde.de/{file.number + 1}", file.name)
        self._do(lambda: file.add_version(newer, self.world.jana))

    @rule(at=ANY, together=st.booleans())
    def withdraw(self, at: int, together: bool) -> None:
        """Now and then: what is withdrawn ends its story."""
        approval = self._one(at)
        if at < 2:
            self._do(lambda: self._withdraw(approval, Package.of(approval) if together else None))

    @rule(
        at=ANY, act=st.sampled_from(["delegate", "ask others", "change"]), names=SEVERAL, mode=MODES
    )
    def ask_otherwise(self, at: int, act: str, names: list[str], mode: str) -> None:
        self._do(lambda: self._ask_otherwise(self._one(at), act, names, mode))

    @rule(at=ANY, act=st.sampled_from(["archive", "bring back", "hide", "finish", "reopen"]))
    def tidy_up(self, at: int, act: str) -> None:
        self._do(lambda: self._tidy_up(at, act))

    def _ask(self, kind: Any, n: int, mode: str, names: list[str], **more: Any) -> None:
        files = self.world.files[:n] if n > 0 else self.world.files[n:]
        people = [self.world.people[name] for name in names]
        versions, known = [newest(file) for file in files], set(self._approvals())
        kind.ask(
            self.world.project, versions, people, self.world.jana, title="Herbst", mode=mode, **more
        )
        asked = [each for each in self._approvals() if each not in known]
        for approval in asked if more.get("reviewers") else []:
            log.note("approval.review_asked", approval, self.world.jana)
        self._note_asked(asked[0])

    def _decide(self, approval: Approval, by: User, outcome: str, stale: bool = False) -> None:
        items, mine = approval.current_items(), ApprovalItem.approval_id == approval.id
        if stale:
            items = every(select(ApprovalItem).where(mine, ApprovalItem.round == 1))
        said = (by, outcome, "Bitte größer", seen_in(items), IPHONE)
        decision, is_new = Decision.make(approval, *said)
        if is_new:
            log.decided(decision, by, IPHONE)

    def _approve_all(self, package: Package, by: User) -> None:
        waiting = every(package.waiting_for(by))
        seen = {each.public_id: seen_in(each.current_items()) for each in waiting}
        for decision in package.approve_all(by, seen, IPHONE):
            log.decided(decision, by, IPHONE)

    def _take_back(self, decision: Decision) -> None:
        decision.take_back(self.world.jana, "Aus Versehen")
        log.taken_back(decision, self.world.jana, IPHONE, "Aus Versehen")

    def _review(self, approval: Approval, says: str) -> None:
        if says == "released":
            approval.release()
            log.note("approval.released", approval, self.world.jana, internal=True)
        else:
            seen, tom = seen_in(approval.current_items()), self.world.tom
            review, is_new = Review.make(approval, tom, says, "Der Preis fehlt", seen)
            if is_new:
                log.reviewed(review, approval, IPHONE)
        self._note_asked(approval)

    def _withdraw(self, approval: Approval, package: Package | None) -> None:
        if package is None:
            approval.withdraw(self.world.jana, "Doch nicht")
        for each in package.withdraw(self.world.jana, "") if package else [approval]:
            log.note("approval.withdrawn", each, self.world.jana)

    def _ask_otherwise(self, approval: Approval, act: str, names: list[str], mode: str) -> None:
        people, jana = [self.world.people[name] for name in names], self.world.jana
        if act == "delegate":
            by = every(approval.whose_turn())[:1] or people
            log.delegated(Delegation.make(approval, by[0], people[-1]), IPHONE)
        elif act == "ask others":
            approval.ask_others(people, mode)
            log.deciders_changed(approval, jana, IPHONE)
        else:
            terms = Terms(names[0], "", None, 3)
            before = approval.change(terms, seen_in(approval.current_items()))
            log.terms_changed(approval, before, jana, IPHONE)

    def _tidy_up(self, at: int, act: str) -> None:
        file, project = self.world.files[at % 3], self.world.project
        if act == "archive":
            Archival.put_away(file, self.world.jana)
        elif act == "bring back" and file.archival_id is not None:
            db.session.get_one(Archival, file.archival_id).restore(self.world.jana)
        elif act == "hide":
            file.unshare()
        elif act == "finish":
            project.finish()
        elif act == "reopen":
            project.reopen()

    def _do(self, act: Callable[[], Any]) -> None:
        """Do it, and look at how everything stands."""
        try:
            with db.session.begin_nested():
                act()
        except DomainError:
            return
        standing = Standing()
        standing.must_be_allowed()
        standing.must_be_explained_by(self._lines())

    def _lines(self) -> list[Event]:
        return [line for line, *_more in db.session().info.get(PENDING, [])]

    def _approvals(self) -> Sequence[Approval]:
        return every(select(Approval).order_by(Approval.id))

    def _one(self, at: int) -> Approval:
        approvals = self._approvals()
        return approvals[at % len(approvals)]

    def _note_asked(self, approval: Approval) -> None:
        if approval.is_open:
            log.asked(approval)


@pytest.mark.only("sqlite")
@pytest.mark.usefixtures("agency")
def test_no_sequence_leads_to_a_forbidden_state_and_the_log_explains_each() -> None:
    world = World()
    told = type("Told", (Story,), {"world": world})
    of_all = settings(
        max_examples=SEQUENCES,
        stateful_step_count=LENGTH,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(told, settings=of_all)
    assert {f"approval.{verb}" for verb in HAPPENS} <= world.heard.keys()
