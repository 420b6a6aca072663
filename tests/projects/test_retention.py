"""Finished projects go to the archive after a while, if the owner says so, and never unannounced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.blueprints.notifications.announcements import hearers
from app.blueprints.projects.models import Project
from app.blueprints.projects.retention import NOTICE, archive_old_projects, months_before
from app.core.agency import Agency
from app.core.events import Event
from app.core.models import every
from app.extensions import db
from tests.builders import a_client, a_manager, a_member, a_project, an_approver, an_owner

START = datetime(2026, 8, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_nothing_is_archived_unless_the_owner_wants_it(agency: Agency) -> None:
    project = finished(a_project(a_client()))
    pass_days(START, 900)
    assert project.archived_at is None
    assert lines() == []


def test_a_finished_project_is_announced_and_then_archived(agency: Agency) -> None:
    agency.archive_after = 6
    client, tom = a_client(), a_member("Tom Lindner")
    project, running = finished(a_project(client)), a_project(client, "Läuft")
    project.staff_with([tom.id])
    february = datetime(2027, 2, 15, 12, tzinfo=UTC)
    pass_days(february - NOTICE - DAY)
    assert lines() == []
    pass_days(february - NOTICE)
    assert lines() == ["project.archiving"]
    assert tom in hearers(every(select(Event).where(Event.verb == "project.archiving"))[0])
    pass_days(february - DAY)
    assert project.archived_at is None
    pass_days(february)
    assert lines() == ["project.archiving", "project.archived"]
    annette = an_approver(client)
    assert every(Project.finished(annette)) == []
    assert every(Project.archived(annette)) == [project]
    assert project in every(Project.visible_to(annette))
    assert every(Project.running(annette)) == [running]


def test_what_is_old_when_the_rule_begins_is_announced_first(agency: Agency) -> None:
    project = finished(a_project(a_client()))
    agency.archive_after = 3
    later = START + timedelta(days=800)
    pass_days(later)
    assert (project.archived_at, lines()) == (None, ["project.archiving"])
    pass_days(later + NOTICE)
    assert project.archived_at is not None


def test_who_keeps_a_project_in_the_lists_begins_its_time_anew(agency: Agency) -> None:
    agency.archive_after = 3
    project = finished(a_project(a_client()))
    pass_days(START + timedelta(days=80))
    with time_machine.travel(START + timedelta(days=85)):
        project.keep()
        db.session.commit()
    pass_days(START + timedelta(days=120))
    assert (project.archived_at, project.archival_told_at) == (None, None)
    pass_days(START + timedelta(days=170))
    pass_days(START + timedelta(days=200))
    assert project.archived_at is not None
    project.reopen()
    assert (project.archived_at, project.kept_at, project.is_finished) == (None, None, False)


@pytest.mark.only("sqlite")
def test_the_pages_say_so(sign_in: Any) -> None:
    client, jana = a_client(), a_manager()
    project = finished(a_project(client, "Speisekarte"))
    owner = sign_in(an_owner())
    assert owner.post("/settings/retention", data={"after": "13"}).status_code == 422
    assert owner.post("/settings/retention", data={"after": "3"}).status_code == 303
    page, staff, annette = (
        f"/projects/{project.public_id}",
        sign_in(jana),
        sign_in(an_approver(client)),
    )
    archive_old_projects()
    db.session.commit()
    assert "goes to the archive" in staff.get(page).text
    assert "goes to the archive" not in annette.get(page).text
    assert "Speisekarte" in annette.get("/projects?show=finished").text
    with time_machine.travel(datetime.now(UTC) + NOTICE + DAY):
        archive_old_projects()
        db.session.commit()
    for browser in (staff, annette):
        assert "Speisekarte" not in browser.get("/projects?show=finished").text
        assert "Speisekarte" in browser.get("/projects?show=archive").text
        assert browser.get(page).status_code == 200
    assert staff.post(f"{page}/keeping").status_code == 303
    assert "Speisekarte" in annette.get("/projects?show=finished").text


def test_months_end_where_they_end() -> None:
    august = datetime(2026, 8, 31, 12, tzinfo=UTC)
    assert months_before(august, 6) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert months_before(august, -1) == datetime(2026, 9, 30, 12, tzinfo=UTC)
    assert months_before(august, 20) == datetime(2024, 12, 31, 12, tzinfo=UTC)


def finished(project: Project) -> Project:
    with time_machine.travel(START, tick=False):
        project.finish()
    db.session.commit()
    return project


def pass_days(moment: datetime, days: int = 0) -> None:
    with time_machine.travel(moment + timedelta(days=days), tick=False):
        archive_old_projects()
        db.session.commit()


def lines() -> list[str]:
    verbs = Event.verb.in_(("project.archiving", "project.archived"))
    return list(every(select(Event.verb).where(verbs).order_by(Event.id)))
