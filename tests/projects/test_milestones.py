"""The dates of a project."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from app.blueprints.projects.milestones import Milestone
from app.core.events import Event
from app.core.models import every, one
from tests.builders import a_client, a_manager, a_member, a_project, an_approver
from tests.projects.builders import NOW, a_milestone


def test_a_date_is_late_when_its_day_has_passed(agency: Any) -> None:
    milestone = a_milestone(a_project(a_client()), on=date(2026, 9, 24))
    assert not milestone.is_late(date(2026, 9, 24))
    assert milestone.is_late(date(2026, 9, 25))
    milestone.reach(date(2026, 9, 26))
    assert not milestone.is_late(date(2026, 9, 27))


def test_a_date_is_planned_and_the_client_sees_it(sign_in: Any, db: Any) -> None:
    client = a_client()
    project = a_project(client)
    tom = a_member("Tom", project)
    path = f"/projects/{project.public_id}"
    data = {"title": "Druckdaten an die Druckerei", "on": "2026-09-24"}
    assert sign_in(tom).post(f"{path}/milestones", data=data).location == f"{path}#dates"
    assert "Druckdaten an die Druckerei" in sign_in(an_approver(client)).get(path).text
    assert one(db.select(Milestone)).on == date(2026, 9, 24)


@pytest.mark.parametrize("day", ["", "2026-02-30", "tomorrow", "9999-01-01", "-1", "2026-09-24\0"])
def test_a_day_that_does_not_exist_is_refused(sign_in: Any, db: Any, day: str) -> None:
    project = a_project(a_client())
    answer = sign_in(a_manager()).post(
        f"/projects/{project.public_id}/milestones", data={"title": "Druck", "on": day}
    )
    assert answer.status_code == 422
    assert every(db.select(Milestone)) == []


def test_a_date_is_ticked_off_and_opened_again(sign_in: Any, db: Any) -> None:
    project = a_project(a_client())
    milestone = a_milestone(project)
    with time_machine.travel(NOW, tick=False):
        browser = sign_in(a_manager())
        browser.post(f"/milestones/{milestone.public_id}", data={"reached": "yes"})
    browser = sign_in(a_manager("Ole"))
    browser.post(f"/milestones/{milestone.public_id}", data={"reached": "yes"})
    assert milestone.done_on == date(2026, 9, 22)
    browser.post(f"/milestones/{milestone.public_id}", data={"reached": "no"})
    assert milestone.done_on is None
    verbs = [event.verb for event in every(db.select(Event)) if "milestone" in event.verb]
    assert verbs == ["milestone.reached", "milestone.reopened"]
    assert browser.post(f"/milestones/{milestone.public_id}", data={}).status_code == 400


def test_a_removed_date_is_gone_but_recorded(sign_in: Any, db: Any) -> None:
    milestone = a_milestone(a_project(a_client()))
    browser = sign_in(a_manager())
    answer = browser.post(
        f"/milestones/{milestone.public_id}/removal",
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert 'id="dates"' in answer.text
    assert every(db.select(Milestone)) == []
    event = one(db.select(Event).where(Event.verb == "milestone.removed"))
    assert event.facts["name"] == "Druckdaten"


def test_who_may_plan_dates(sign_in: Any) -> None:
    client = a_client()
    milestone = a_milestone(a_project(client))
    for person, status in (
        (an_approver(client), 403),
        (an_approver(a_client("Werft Holm")), 404),
        (a_member("Tom"), 404),
    ):
        browser = sign_in(person)
        for path in ("", "/removal"):
            answer = browser.post(f"/milestones/{milestone.public_id}{path}")
            assert answer.status_code == status


def test_dates_read_as_done_late_or_planned(sign_in: Any) -> None:
    client = a_client()
    project = a_project(client)
    a_milestone(project, "Konzept", date(2026, 9, 1)).reach(date(2026, 9, 1))
    a_milestone(project, "Texte", date(2026, 9, 20))
    a_milestone(project, "Druck", date(2026, 9, 24))
    with time_machine.travel(NOW, tick=False):
        page = sign_in(an_approver(client)).get(f"/projects/{project.public_id}").text
    text = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Tuesday, September 1, as planned" in text
    assert "Late: Sunday, September 20" in text
    assert "Thursday, September 24" in text
