"""What lateness moves: the next date of the project, by the days that are lost so far."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from app.blueprints.projects.delays import Delay, delay_of, delays_of
from app.core.features import Press
from tests.builders import a_client, a_manager, a_project
from tests.projects.builders import NOW, a_milestone, a_waiting, pretended

pytestmark = [pytest.mark.usefixtures("agency"), pytest.mark.only("sqlite")]

LATE, IN_TIME = NOW - timedelta(days=3), NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_next_date_moves_by_the_days_that_are_lost(app: Any) -> None:
    project = a_project(a_client())
    a_milestone(project, "Logo freigegeben", LATE.date())
    sign = NOW.date() + timedelta(days=20)
    a_milestone(project, "Schild montiert", sign)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert delay_of(project, LATE) == Delay(3, sign, "Schild montiert")
        assert delay_of(project, IN_TIME) is None
        assert delay_of(project, None) is None


def test_without_such_a_date_the_end_of_the_project_moves(app: Any) -> None:
    end = NOW.date() + timedelta(days=30)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert delay_of(a_project(a_client(), due_on=end), LATE) == Delay(3, end)
        assert delay_of(a_project(a_client(), due_on=LATE.date()), LATE) is None


def test_of_many_things_it_costs_one_query(app: Any, count_queries: Any) -> None:
    client = a_client()
    projects = [a_project(client, f"Projekt {number}") for number in range(6)]
    for project in projects:
        a_milestone(project, "Druck", NOW.date() + timedelta(days=5))
    things = [a_waiting(each, each.name, url=f"/{each.name}", due_at=LATE) for each in projects]
    with app.test_request_context(), count_queries() as statements:
        assert len(delays_of(things)) == 6
    assert sum("milestones" in each for each in statements) == 1


def test_the_agency_reads_what_moves_and_reminds_by_one_tap(app: Any, sign_in: Any) -> None:
    project = a_project(a_client())
    a_milestone(project, "Schild montiert", date(2026, 10, 20))
    press = Press("Erinnern", "/pretended/reminders")
    logo = a_waiting(project, "Logo", due_at=LATE, who="Dr. Feddersen", press=press)
    done = a_waiting(project, "Schild", url="/schild", press=replace(press, done="reminded"))
    with pretended(app, with_clients=lambda _user: [logo, done]):
        page = sign_in(a_manager()).get("/").text
    assert "“Schild montiert” would move from October\N{NO-BREAK SPACE}20 to" in page
    assert page.count('action="/pretended/reminders"') == 1
    assert "<span>reminded</span>" in page
