"""The pages of a project: the list, a new one, the overview, how it is arranged."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.blueprints.projects.models import Project
from app.blueprints.projects.stages import Stage
from app.core.events import Event
from app.core.models import every, one
from tests.builders import (
    a_client,
    a_contributor,
    a_manager,
    a_member,
    a_person,
    a_project,
    a_viewer,
    an_approver,
    an_owner,
)
from tests.projects.builders import a_milestone, a_note, a_tab, a_waiting, an_update, pretended

pytestmark = pytest.mark.only("sqlite")

CHANGES = (
    "status",
    "edit",
    "team",
    "sections",
    "finish",
    "reopening",
    "updates",
    "notes",
    "milestones",
)


def verbs(db: Any) -> list[str]:
    return [event.verb for event in every(db.select(Event)) if not event.verb.startswith("session")]


def form_of(project: Project, **more: Any) -> dict[str, Any]:
    return {"name": project.name, "about": "", "starts_on": "", "due_on": "", **more}


def test_a_manager_starts_a_project_and_its_client_sees_it(sign_in: Any, db: Any) -> None:
    client = a_client()
    jana, annette = a_manager(), an_approver(client)
    stage = Stage.in_order()[1]
    answer = sign_in(jana).post(
        "/projects",
        data={
            "client": client.public_id,
            "name": "Neue Website",
            "stage": stage.public_id,
            "due_on": "2026-10-01",
            "lead": jana.public_id,
        },
    )
    project = one(db.select(Project))
    assert answer.location == f"/projects/{project.public_id}"
    assert (project.stage_id, project.due_on) == (stage.id, date(2026, 10, 1))
    assert "Neue Website" in sign_in(annette).get("/").text
    assert verbs(db) == ["project.started"]


def test_a_project_needs_a_name_and_ends_after_it_begins(sign_in: Any) -> None:
    client, jana = a_client(), a_manager()
    answer = sign_in(jana).post(
        "/projects",
        data={"client": client.public_id, "starts_on": "2026-10-02", "due_on": "2026-10-01"},
    )
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert "before the project begins" in answer.text


@pytest.mark.parametrize("who", [a_member, an_approver, a_viewer])
def test_only_those_who_run_projects_start_one(sign_in: Any, who: Any) -> None:
    client = a_client()
    person = who("Tom") if who is a_member else who(client)
    browser = sign_in(person)
    assert browser.get("/projects/new").status_code == 403
    assert browser.post("/projects", data={}).status_code == 403


def test_the_overview_shows_where_the_project_stands(sign_in: Any) -> None:
    client = a_client()
    jana = a_manager()
    project = a_project(client, words="Das Plakat geht in den Druck.", lead_id=jana.id)
    a_milestone(project)
    an_update(project, jana)
    page = sign_in(an_approver(client)).get(f"/projects/{project.public_id}").text
    for words in ("Das Plakat geht", "On course", "Auftakt", "Druckdaten", "Plakat fertig"):
        assert words in page
    assert "<strong>da</strong>" in page


def test_what_waits_in_this_project_stands_on_it(app: Any, sign_in: Any) -> None:
    client = a_client()
    project, other = a_project(client), a_project(client, "Website")
    things = [a_waiting(project), a_waiting(other, "Texte")]
    with pretended(app, waiting=lambda _user: things):
        page = sign_in(an_approver(client)).get(f"/projects/{project.public_id}").text
    assert "Plakat, Version 3" in page
    assert "Texte" not in page


def test_a_tab_is_there_when_the_client_sees_the_section(app: Any, sign_in: Any, db: Any) -> None:
    client = a_client()
    project = a_project(client)
    annette, jana, path = an_approver(client), a_manager(), f"/projects/{project.public_id}"
    with pretended(app, tab=a_tab):
        assert "Pretended" in sign_in(annette).get(path).text
        project.show("pretend", False)
        assert "Pretended" not in sign_in(annette).get(path).text
        assert "Pretended" in sign_in(jana).get(path).text


def test_updates_and_dates_are_gone_where_they_are_hidden(sign_in: Any) -> None:
    client = a_client()
    project = a_project(client)
    project.show("updates", False)
    an_update(project, a_manager())
    a_milestone(project)
    browser = sign_in(an_approver(client))
    page = browser.get(f"/projects/{project.public_id}").text
    assert "Plakat fertig" not in page
    assert "Druckdaten" not in page
    assert browser.get(f"/projects/{project.public_id}/updates").status_code == 404


def test_internal_notes_are_there_for_the_agency_only(sign_in: Any) -> None:
    client = a_client()
    project = a_project(client)
    a_note(project, a_manager())
    path = f"/projects/{project.public_id}"
    assert "Zahlt immer" in sign_in(a_member("Tom", project)).get(path).text
    for who in (an_approver, a_contributor, a_viewer):
        page = sign_in(who(client)).get(path).text
        assert "Zahlt immer" not in page
        assert "Internal" not in page


@pytest.mark.parametrize("path", ["", "/edit", "/updates", "/updates/new"])
def test_a_project_of_others_does_not_exist(sign_in: Any, path: str) -> None:
    project = a_project(a_client())
    for stranger in (an_approver(a_client("Werft Holm")), a_member("Tom")):
        assert sign_in(stranger).get(f"/projects/{project.public_id}{path}").status_code == 404


@pytest.mark.parametrize("path", CHANGES)
def test_a_project_of_others_can_not_be_changed(sign_in: Any, path: str) -> None:
    project = a_project(a_client())
    browser = sign_in(an_approver(a_client("Werft Holm")))
    assert browser.post(f"/projects/{project.public_id}/{path}").status_code == 404


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("role", ["approver", "contributor", "viewer"])
def test_clients_change_nothing_about_a_project(sign_in: Any, path: str, role: str) -> None:
    client = a_client()
    project = a_project(client)
    browser = sign_in(a_person(client, role, "Annette"))
    assert browser.post(f"/projects/{project.public_id}/{path}").status_code == 403


@pytest.mark.parametrize("path", ["edit", "team", "sections", "finish", "reopening"])
def test_members_do_not_arrange_a_project(sign_in: Any, path: str) -> None:
    project = a_project(a_client())
    browser = sign_in(a_member("Tom", project))
    assert browser.post(f"/projects/{project.public_id}/{path}").status_code == 403


def test_how_it_goes_is_told_in_words(sign_in: Any, db: Any) -> None:
    client = a_client()
    project = a_project(client)
    tom = a_member("Tom", project)
    stage = Stage.in_order()[2]
    data = {"stage": stage.public_id, "health": "at_risk", "words": "Die Druckerei hat Verzug."}
    answer = sign_in(tom).post(f"/projects/{project.public_id}/status", data=data)
    assert answer.status_code == 303
    page = sign_in(an_approver(client)).get(f"/projects/{project.public_id}").text
    assert "At risk" in page
    assert "Die Druckerei hat Verzug." in page
    assert "Stage 3 of 4" in page
    assert verbs(db) == ["status.reported"]


def test_the_status_alone_comes_back_to_htmx(sign_in: Any) -> None:
    project = a_project(a_client())
    answer = sign_in(a_manager()).post(
        f"/projects/{project.public_id}/status",
        data={"stage": Stage.in_order()[0].public_id, "health": "late", "words": ""},
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert answer.text.lstrip().startswith('<section class="overview"')
    assert "<html" not in answer.text


def test_a_status_that_does_not_exist_is_refused(sign_in: Any) -> None:
    project = a_project(a_client())
    data = {"stage": "nowhere", "health": "splendid", "words": "x" * 601}
    answer = sign_in(a_manager()).post(f"/projects/{project.public_id}/status", data=data)
    assert answer.status_code == 422
    assert "Please choose one of these." in answer.text


def test_details_are_changed(sign_in: Any, db: Any) -> None:
    project, jana = a_project(a_client()), a_manager()
    path = f"/projects/{project.public_id}/edit"
    browser = sign_in(jana)
    assert browser.get(path).status_code == 200
    browser.post(path, data=form_of(project, name="Herbst", lead=jana.public_id))
    assert (project.name, project.lead_id, project.due_on) == ("Herbst", jana.id, None)
    assert browser.post(path, data=form_of(project, name="")).status_code == 422


def test_the_team_is_chosen(sign_in: Any) -> None:
    project, tom = a_project(a_client()), a_member()
    data = {"people": [tom.public_id]}
    sign_in(a_manager()).post(f"/projects/{project.public_id}/team", data=data)
    assert sign_in(tom).get(f"/projects/{project.public_id}").status_code == 200


def test_nobody_of_a_client_gets_on_the_team(sign_in: Any) -> None:
    client = a_client()
    project, annette = a_project(client), an_approver(client)
    data = {"people": [annette.public_id]}
    answer = sign_in(a_manager()).post(f"/projects/{project.public_id}/team", data=data)
    assert answer.status_code == 422


def test_a_section_is_hidden_shown_or_left_to_the_client(sign_in: Any) -> None:
    project = a_project(a_client())
    path = f"/projects/{project.public_id}/sections"
    browser = sign_in(a_manager())
    everything = dict.fromkeys(("updates", "files", "approvals"), "")
    browser.post(path, data=everything | {"updates": "hide"})
    assert project.sections == {"updates": False}
    browser.post(path, data=everything)
    assert project.sections == {}
    assert browser.post(path, data={"updates": "perhaps"}).status_code == 422


def test_a_finished_project_stays_readable_and_can_be_opened_again(sign_in: Any, db: Any) -> None:
    client = a_client()
    project, browser = a_project(client), sign_in(an_owner())
    browser.post(f"/projects/{project.public_id}/finish")
    assert project.is_finished
    assert browser.post(f"/projects/{project.public_id}/finish").status_code == 409
    assert "Finished" in sign_in(an_approver(client)).get(f"/projects/{project.public_id}").text
    browser.post(f"/projects/{project.public_id}/reopening")
    assert not project.is_finished
    assert verbs(db) == ["project.finished", "project.reopened"]


def test_the_list_of_a_client_has_their_projects(sign_in: Any, db: Any) -> None:
    client = a_client()
    a_project(client, "Plakat")
    a_project(client, "Speisekarte").finish()
    browser = sign_in(a_viewer(client))
    assert "Plakat" in browser.get("/projects").text
    assert "Speisekarte" not in browser.get("/projects").text
    assert "Speisekarte" in browser.get("/projects?show=finished").text


def test_the_agencys_list_is_filtered(sign_in: Any) -> None:
    client, jana = a_client(), a_manager()
    a_project(client, "Plakat", lead_id=jana.id)
    a_project(client, "Messe")
    browser = sign_in(jana)
    assert "Messe" in browser.get("/projects?show=nonsense").text
    mine = browser.get("/projects?show=mine").text
    assert "Plakat" in mine
    assert "Messe" not in mine
