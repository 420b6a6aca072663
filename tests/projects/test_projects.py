"""Projects: who sees them, where they stand, what they show."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.blueprints.projects.models import Project
from app.blueprints.projects.stages import Stage
from app.core.errors import Conflict
from app.core.models import every
from tests.builders import a_client, a_manager, a_member, a_project, an_approver

pytestmark = pytest.mark.usefixtures("agency")


def names(user: Any) -> list[str]:
    return sorted(project.name for project in every(Project.visible_to(user)))


def test_a_clients_person_sees_the_projects_of_their_client_only() -> None:
    ours, theirs = a_client(), a_client("Werft Holm")
    a_project(ours, "Plakat")
    a_project(theirs, "Messe")
    assert names(an_approver(ours)) == ["Plakat"]


def test_a_member_sees_the_projects_they_are_on_and_a_manager_all() -> None:
    client = a_client()
    poster, _fair = a_project(client, "Plakat"), a_project(client, "Messe")
    assert names(a_member("Tom", poster)) == ["Plakat"]
    assert names(a_member("Mai")) == []
    assert names(a_manager()) == ["Messe", "Plakat"]


def test_a_new_project_stands_at_the_first_stage_with_its_lead_on_it() -> None:
    jana, ole = a_manager(), a_manager("Ole")
    project = Project.start(a_client(), "Plakat", jana, lead_id=ole.id)
    assert project.stage_id == Stage.in_order()[0].id
    assert {person.name for person in every(project.team())} == {"Jana Petersen", "Ole"}


def test_who_leads_a_project_is_on_it_and_stays() -> None:
    project, tom, mai = a_project(a_client()), a_member("Tom"), a_member("Mai")
    project.hand_to(tom)
    project.staff_with([mai.id])
    assert [person.name for person in every(project.team())] == ["Mai", "Tom"]
    assert names(tom) == [project.name]


def test_steps_are_done_now_and_next() -> None:
    stages = Stage.in_order()
    project = a_project(a_client())
    project.stage_id = stages[1].id
    assert [state for _name, state in project.steps(stages)] == ["done", "now", "next", "next"]
    project.finish()
    assert {state for _name, state in project.steps(stages)} == {"done"}


def test_a_finished_project_can_not_be_finished_again() -> None:
    project = a_project(a_client())
    project.finish()
    with pytest.raises(Conflict):
        project.finish()


@pytest.mark.parametrize("own", [None, True, False])
@pytest.mark.parametrize("default", [None, True, False])
def test_a_project_shows_what_it_says_itself_or_else_what_its_client_does(
    db: Any, own: bool | None, default: bool | None
) -> None:
    client = a_client()
    project = a_project(client)
    if default is not None:
        client.show("files", default)
    project.show("files", own)
    db.session.flush()
    expected = own if own is not None else default is not False
    found = every(select(Project).join(Project.client).where(Project.showing("files")))
    assert project.shows("files") is expected
    assert bool(found) is expected


def test_who_sees_a_section_is_nobody_when_it_is_hidden() -> None:
    client = a_client()
    project = a_project(client)
    an_approver(client)
    assert [person.name for person in every(project.people_who_see("files"))] == [
        "Annette Sonnenschein"
    ]
    project.show("files", False)
    assert every(project.people_who_see("files")) == []


def test_the_team_is_exactly_who_is_named() -> None:
    project = a_project(a_client())
    tom, mai = a_member("Tom", project), a_member("Mai")
    project.staff_with([mai.id])
    assert [person.name for person in every(project.team())] == ["Mai"]
    project.staff_with([mai.id, tom.id])
    project.staff_with([mai.id, tom.id])
    assert len(every(project.team())) == 2
