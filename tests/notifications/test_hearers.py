"""Whom each kind of news reaches at the bell, as things stand when it is told."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from bs4 import BeautifulSoup

from app.blueprints.accounts.models import User
from app.blueprints.approvals import comment_log, log
from app.blueprints.approvals.reminding import remind_now
from app.blueprints.files.versions import Version
from app.blueprints.notifications.models import Notification
from app.core.events import Event
from app.core.models import every
from app.core.worker import run_once
from app.extensions import db as database
from tests.approvals.builders import a_comment, a_decision, an_open_approval
from tests.approvals.test_packages import a_package
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_project,
    a_viewer,
    an_approver,
    an_owner,
)
from tests.files.builders import a_file, a_picture, form_with

pytestmark = pytest.mark.only("sqlite")


def heard() -> list[tuple[str, str]]:
    """Who has heard of what, in the order of time."""
    database.session.commit()
    run_once()
    rows = database.session.execute(
        database.select(User.name, Event.verb)
        .join(Notification, Notification.user_id == User.id)
        .join(Event, Event.id == Notification.event_id)
        .order_by(Notification.id)
    )
    return [(name, verb) for name, verb in rows]


def test_who_must_decide_hears_of_it_and_who_asked_hears_what_was_decided(agency: Any) -> None:
    asked = an_open_approval()
    an_owner()
    a_contributor(asked.client)
    log.asked(asked.approval)
    assert heard() == [("Annette Sonnenschein", "approval.asked")]
    a_decision(asked)
    assert heard()[1:] == [("Jana Petersen", "approval.approved")]
    mails = every(database.select(Notification.mail_state).distinct())
    assert mails == ["quiet"]


def test_of_a_package_each_who_must_decide_hears_once(agency: Any) -> None:
    packed = a_package(mode="order")
    log.asked(packed.approvals[0])
    assert heard() == [("Annette Sonnenschein", "package.asked")]
    told = database.session.scalars(database.select(Notification.path)).one()
    assert told == f"/packages/{packed.package.public_id}"


def test_a_comment_reaches_who_is_in_the_conversation(agency: Any) -> None:
    asked = an_open_approval()
    comment = a_comment(asked, asked.jana, "Passt der Preis?")
    comment_log.commented(asked.approval, asked.jana, [comment])
    assert heard() == [("Annette Sonnenschein", "approval.commented")]


def test_what_is_needed_reaches_who_can_give_it(agency: Any, sign_in: Any) -> None:
    client = a_client()
    project, jana = a_project(client), a_manager()
    annette, murat = an_approver(client), a_contributor(client)
    a_viewer(client)
    form = {"title": "Material", "needs-0-title": "Logo", "by_mail": "y"}
    sign_in(jana).post(f"/projects/{project.public_id}/requests", data=form)
    assert heard() == [(annette.name, "request.asked"), (murat.name, "request.asked")]


def test_of_two_versions_at_the_same_moment_each_side_hears_of_the_others(
    agency: Any, sign_in: Any
) -> None:
    client = a_client()
    project, murat = a_project(client), a_contributor(client)
    tom = a_member("Tom Lindner", project)
    file = a_file(project, murat, "Logo.png")
    together, address = threading.Barrier(2), f"/files/{file.public_id}/versions"

    def bring(browser: Any, width: int) -> None:
        form = form_with(("Logo.png", a_picture(width)), field="file")
        together.wait(10)
        browser.post(address, **form)

    browsers = [sign_in(user) for user in (tom, murat)]
    database.session.commit()
    people = [
        threading.Thread(target=bring, args=(browser, 20 + number))
        for number, browser in enumerate(browsers)
    ]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert every(database.select(Version.number).order_by(Version.id)) == [1, 2, 3]
    assert sorted(heard()) == [
        ("Murat Yıldız", "version.uploaded"),
        ("Tom Lindner", "version.uploaded"),
    ]


def test_who_is_reminded_finds_it_in_their_list_without_the_names_of_others(
    agency: Any, sign_in: Any
) -> None:
    asked = an_open_approval()
    remind_now(asked.approval, asked.jana)
    assert heard() == [("Annette Sonnenschein", "approval.reminded")]
    page = BeautifulSoup(sign_in(asked.annette).get("/news").text, "html.parser")
    assert "reminds you of Plakat „Kürbiskernbrot“." in page.main.text
