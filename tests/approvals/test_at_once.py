"""Two real processes decide at the same moment, many times: one decision, one line, one mail each."""

from __future__ import annotations

import multiprocessing
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.blueprints.accounts.models import User
from app.blueprints.approvals.answering import answer
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.errors import Overtaken
from app.blueprints.approvals.models import Approval
from app.core.events import Event
from app.core.mail import Mail
from app.extensions import db
from tests.approvals.builders import IPHONE
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.faults import LONG
from tests.files.builders import a_file, newest

TIMES = 100 if LONG else 25


def decide(settings: Any, start: Any, user_id: int, numbers: list[int], seen: str) -> None:
    """What one process does: decide on each, at the same moment as the other."""
    app = create_app(settings)
    for number in numbers:
        with app.app_context():
            approval, user = db.session.get(Approval, number), db.session.get(User, user_id)
            assert approval is not None
            assert user is not None
            db.session.commit()
            start.wait(60)
            try:
                answer(approval, user, "approved", "", seen, IPHONE)
                db.session.commit()
            except Overtaken:
                db.session.rollback()


def test_two_processes_at_once_make_one_decision_each_time(app: Flask, agency: Any) -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    people = [an_approver(client), an_approver(client, "Murat Yıldız")]
    version = newest(a_file(project, jana))
    asked = [Approval.ask(project, [version], people, jana, title=str(n)) for n in range(TIMES)]
    numbers, seen = [each.id for each in asked], version.public_id
    ids = [user.id for user in people]
    db.session.commit()
    db.session.remove()
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    settings = app.extensions["settings"]
    workers = [
        context.Process(target=decide, args=(settings, start, user_id, numbers, seen))
        for user_id in ids
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join(120)
    assert [each.exitcode for each in workers] == [0, 0]
    for kind, which in (
        (Decision, Decision.outcome == "approved"),
        (Event, Event.verb == "approval.approved"),
        (Mail, Mail.kind == "approval_decided"),
    ):
        assert db.session.scalar(select(func.count()).select_from(kind).where(which)) == TIMES
    states = select(func.count()).select_from(Approval).where(Approval.state == "approved")
    assert db.session.scalar(states) == TIMES
