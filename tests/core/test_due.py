"""Background work: rows are claimed, done, put off and given up; a crash loses none."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.core import clock, due
from app.core.due import LEASE, Drain, drain
from app.core.mail import Mail
from tests.builders import a_mail


def settle(row: Mail) -> None:
    row.settle()


def fail(row: Mail) -> None:
    raise RuntimeError("Ran out of ink")


def test_what_is_due_is_done_oldest_first(app: Any) -> None:
    moment = clock.now()
    late = a_mail(due_at=moment - timedelta(minutes=1))
    later = a_mail(due_at=moment - timedelta(seconds=1))
    latest = a_mail(due_at=moment - timedelta(minutes=2))
    seen: list[int] = []
    assert drain(a_drain(lambda row: (seen.append(row.id), row.settle()))) == 3
    assert seen == [latest.id, late.id, later.id]
    assert drain(a_drain(settle)) == 0


def test_what_is_not_due_yet_waits(app: Any) -> None:
    moment = clock.now()
    a_mail(due_at=moment + timedelta(minutes=10))
    a_mail(due_at=None)
    assert drain(a_drain(settle)) == 0
    with time_machine.travel(moment + timedelta(minutes=11), tick=False):
        assert drain(a_drain(settle)) == 1


def test_a_claimed_row_is_not_due_for_others(app: Any) -> None:
    mail = a_mail()
    assert claim() == mail.id
    assert claim() is None


def test_a_killed_workers_row_comes_back_after_the_lease(app: Any) -> None:
    mail = a_mail()
    moment = clock.now()
    claim()
    with time_machine.travel(moment + LEASE - timedelta(seconds=1), tick=False):
        assert drain(a_drain(settle)) == 0
    with time_machine.travel(moment + LEASE + timedelta(seconds=2), tick=False):
        assert drain(a_drain(settle)) == 1
    assert mail.due_at is None


def test_a_clock_that_is_set_back_an_hour_stops_no_work(app: Any) -> None:
    """The worker was killed while its clock was wrong; its lease would hold the row for an hour."""
    moment = clock.now()
    a_mail(due_at=moment - timedelta(hours=1))
    with time_machine.travel(moment + timedelta(hours=1), tick=False):
        claim()
    assert drain(a_drain(settle)) == 1


def test_two_workers_never_take_the_same_row(app: Any, db: Any) -> None:
    numbers = [a_mail().id for _ in range(24)]
    db.session.rollback()
    worked_on: Counter[int] = Counter()

    def work(row: Mail) -> None:
        worked_on[row.id] += 1
        row.settle()

    def run(_worker: int) -> int:
        with app.app_context():
            return drain(a_drain(work))

    with ThreadPoolExecutor(3) as pool:
        done = sum(pool.map(run, range(3)))
    assert done == 24
    assert worked_on == Counter(numbers)


def test_a_failing_row_does_not_stop_the_others(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    bad, good = a_mail(), a_mail()
    bad_id = bad.id

    def work(row: Mail) -> None:
        if row.id == bad_id:
            fail(row)
        row.settle()

    with caplog.at_level(logging.CRITICAL):
        assert drain(a_drain(work)) == 2
    assert good.due_at is None
    assert bad.problem == "RuntimeError: Ran out of ink"
    assert bad.due_at is not None


def test_what_failing_work_had_changed_is_undone(app: Any) -> None:
    mail = a_mail(subject="Plakat")

    def work(row: Mail) -> None:
        row.subject = "Halb fertig"
        fail(row)

    drain(a_drain(work))
    assert mail.subject == "Plakat"


def test_each_failure_waits_longer_until_it_is_given_up(app: Any) -> None:
    mail = a_mail()
    moment = clock.now()
    waits = []
    for _ in range(Mail.most_tries()):
        with time_machine.travel(moment, tick=False):
            assert drain(a_drain(fail)) == 1
            if mail.due_at:
                waits.append(mail.due_at - moment)
                moment = mail.due_at
    assert tuple(waits) == Mail.back_off
    assert (mail.due_at, mail.problem) == (None, "RuntimeError: Ran out of ink")
    assert mail.failed_at is not None


def test_a_row_that_ends_its_worker_each_time_is_given_up(app: Any) -> None:
    """A picture that makes the worker run out of memory must not do so for ever."""
    mail = a_mail()
    moment = clock.now()
    for _ in range(Mail.most_tries()):
        with time_machine.travel(moment, tick=False):
            assert claim() == mail.id
        moment += 2 * LEASE
    with time_machine.travel(moment, tick=False):
        drain(a_drain(settle))
    assert mail.due_at is None
    assert "The worker ended" in mail.problem


def test_work_that_worked_starts_counting_anew(app: Any) -> None:
    """A chore that ran a hundred times must not be given up at its first failure."""
    chore = a_mail()

    def run_again(row: Mail) -> None:
        row.settle()
        row.due_at = clock.now() + timedelta(hours=1)

    moment = clock.now()
    for _ in range(Mail.most_tries() + 3):
        with time_machine.travel(moment, tick=False):
            assert drain(a_drain(run_again)) == 1
        moment += timedelta(hours=2)
    with time_machine.travel(moment, tick=False):
        drain(a_drain(fail))
    assert chore.due_at is not None


def test_work_can_be_put_off_to_a_chosen_time(app: Any) -> None:
    mail = a_mail()
    tomorrow = clock.now() + timedelta(days=1)
    drain(a_drain(lambda row: row.put_off("Not in the night", tomorrow)))
    assert (mail.due_at, mail.problem) == (tomorrow, "Not in the night")


def test_a_worker_that_is_to_stop_leaves_the_rest(app: Any) -> None:
    for _ in range(3):
        a_mail()
    done: list[int] = []
    what = a_drain(lambda row: (done.append(row.id), row.settle()))
    assert drain(what, lambda: len(done) == 2) == 2


def test_a_drain_prepares_before_it_looks(app: Any) -> None:
    what = Drain("test", Mail, settle, prepare=lambda: a_mail() and None)
    assert drain(what) == 1


def a_drain(work: Callable[[Mail], Any]) -> Drain:
    return Drain("test", Mail, work)


def claim() -> int | None:
    """What a worker does before it is killed."""
    return due._claim(a_drain(settle))
