"""A page costs the same number of queries, however much there is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.blueprints.accounts.models import User
from app.blueprints.projects.feeds import CalendarFeed
from app.extensions import db
from tests.builders import a_client, a_contributor, a_manager, a_project, an_approver
from tests.projects.builders import a_milestone, a_note, a_waiting, an_update, happened, pretended

FEW, MANY = 5, 200


@pytest.mark.parametrize("side", ["client", "agency"])
def test_pages_cost_the_same_with_few_and_with_many_rows(
    app: Any, sign_in: Any, count_queries: Any, side: str
) -> None:
    client, jana = a_client(), a_manager()
    client.lead_id = jana.id
    annette = an_approver(client)
    project = a_project(client, lead_id=jana.id, words_by_id=jana.id)
    reader = annette if side == "client" else jana
    browser = sign_in(reader)
    paths = ["/", "/projects", *(f"/projects/{project.public_id}{end}" for end in ("", "/updates"))]
    paths.append(f"/calendar/{CalendarFeed.make(reader).token}.ics")
    things = [a_waiting(project) for _ in range(MANY)]
    counts = []
    for numbers in (range(FEW), range(FEW, MANY)):
        fill(client, project, [annette, jana], numbers)
        shown = things[: numbers.stop]
        hooks = {"waiting": lambda _u, s=shown: s, "with_clients": lambda _u, s=shown: s}
        with pretended(app, **hooks):
            counts.append({path: cost(browser, path, count_queries) for path in paths})
    assert counts[0] == counts[1]


def cost(browser: Any, path: str, count_queries: Any) -> int:
    browser.get(path)
    with count_queries() as statements:
        assert browser.get(path).status_code == 200
    return len(statements)


def fill(client: Any, project: Any, people: list[User], numbers: range) -> None:
    """More of everything that these pages show."""
    by = people[-1]
    for number in numbers:
        day = date(2026, 1, 1) + timedelta(days=number)
        another = a_project(client, f"Projekt {number}", due_on=day)
        a_milestone(another, on=day)
        a_milestone(project, f"Termin {number}", day)
        an_update(project, by, f"Bericht {number}")
        a_note(project, by)
        if number % 2:
            another.finish()
        a_contributor(client, f"Mensch {number}")
        happened("update.posted", project, people[number % len(people)])
    db.session.commit()
