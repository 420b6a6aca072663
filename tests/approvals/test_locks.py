"""Nobody waits for somebody who waits for them: locks are taken in one order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from app.blueprints.accounts.models import User
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.files.archivals import Archival
from app.blueprints.files.models import File
from app.core.errors import Conflict
from app.extensions import db
from tests.approvals.test_packages import a_package
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.files.builders import a_file, newest

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.mark.only("postgresql")  # SQLite lets one write after the other anyway.
def test_files_can_be_asked_for_and_archived_at_the_same_moment(app: Flask, agency: Any) -> None:
    """Each held one of the two files, and waited for that of the other."""
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    first, second = (a_file(project, jana, name).id for name in ("Flyer.png", "Plakat.png"))
    people, one_is_put_away = (jana.id, annette.id), threading.Event()

    def archive() -> None:
        with app.app_context():
            by = db.session.get_one(User, people[0])
            Archival.put_away(db.session.get_one(File, first), by)
            one_is_put_away.set()
            while not db.session.scalar(WAITING):
                pass
            Archival.put_away(db.session.get_one(File, second), by)
            db.session.commit()

    def ask() -> None:
        with app.app_context():
            by, decider = (db.session.get_one(User, number) for number in people)
            files = [db.session.get_one(File, number) for number in (second, first)]
            versions = [newest(file) for file in files]
            assert one_is_put_away.wait(30)
            with pytest.raises(Conflict):
                Approval.ask(files[0].project, versions, [decider], by, title="Druck")

    with ThreadPoolExecutor() as pool:
        for work in [pool.submit(archive), pool.submit(ask)]:
            work.result(60)


@pytest.mark.only("postgresql")
def test_of_two_who_change_a_package_at_once_the_last_is_heard_in_all_of_it(agency: Any) -> None:
    """The package said what the second had typed, and its parts what the first had."""
    packed = a_package(message="Passt das?")
    db.session.commit()
    terms = replace(packed.package.terms, message="Bitte bis Freitag.")
    with db.engine.begin() as first:
        for kind in (Package, Approval):
            first.execute(update(kind).values(message="Bitte heute."))
    packed.package.change(terms)
    db.session.flush()
    assert {each.message for each in packed.approvals} == {"Bitte bis Freitag."}
