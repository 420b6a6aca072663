"""Questions that are built once: right for everybody who asks them, and for what is switched on then."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select

from app.blueprints.projects.models import Project
from app.core import clock
from app.core.prepared import Prepared, Reader, Thing, counted
from tests.builders import a_client, a_manager, a_member, a_project, an_approver


class Built:
    """Counts how often a statement is put together."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, reader: Any) -> Select[Project]:
        self.times += 1
        return Project.visible_to(reader).order_by(Project.id)


def test_everybody_gets_their_own_answer_to_what_is_built_once_for_their_kind(
    app: Flask, agency: Any
) -> None:
    ours, theirs = a_client(), a_client("Werft Holm")
    here, there = a_project(ours), a_project(theirs)
    annette, holm = an_approver(ours), an_approver(theirs)
    tom = a_member("Tom Lindner", there)
    built = Built()
    question = Prepared[Project](built)
    found = {user: question.rows(user).all() for user in (annette, holm, tom, a_manager())}
    assert list(found.values()) == [[here], [there], [there], [here, there]]
    assert question.rows(holm).all() == [there]
    assert built.times == 3


def test_what_depends_on_features_is_built_anew_when_they_change(app: Flask, agency: Any) -> None:
    built, jana = Built(), a_manager()
    question = Prepared[Project](built)
    question.rows(jana)
    features = app.extensions["features"]
    kept = features["search"]
    features["search"] = replace(kept, label="Find")
    question.rows(jana)
    features["search"] = kept
    question.rows(jana)
    assert built.times == 2


def test_a_page_of_it_goes_on_by_its_cursor(app: Flask, agency: Any) -> None:
    client, jana = a_client(), a_manager()
    first, second, third = (a_project(client, name) for name in "ABC")
    question = Prepared[Project](Project.visible_to)
    order = (Project.id.asc(),)
    one = question.page(jana, order, None, 2)
    assert (one.rows, question.page(jana, order, one.next, 2).rows) == ([first, second], [third])


def test_a_thing_comes_with_the_question(app: Flask, agency: Any) -> None:
    here, jana = a_project(a_client()), a_manager()
    thing = Thing("project")
    count = Prepared[int](
        lambda reader: counted(Project.visible_to(reader).where(Project.id == thing.id), Project.id)
    )
    assert [count.rows(jana, project=number).one() for number in (here.id, here.id + 1)] == [1, 0]


@pytest.mark.only("sqlite")
def test_no_question_keeps_the_time_at_which_it_was_built(
    app: Flask, agency: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits for a choice seemed to wait for ever: it was compared with the hour of the first reader."""

    def what_time_is_it() -> None:
        raise AssertionError("the clock was asked")

    readers = [Reader(each) for each in (a_manager(), a_member(), an_approver(a_client()))]
    questions = [each for each in gc.get_objects() if type(each) is Prepared]
    monkeypatch.setattr(clock, "now", what_time_is_it)
    for question in questions:
        for reader in readers:
            question._build(reader)
    assert len(questions) > 10
