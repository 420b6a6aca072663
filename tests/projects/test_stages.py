"""The agency's own stages."""

from __future__ import annotations

from typing import Any

import pytest

from app.blueprints.accounts.set_up import AFTER_SET_UP
from app.blueprints.projects.stages import Stage, add_first_stages
from app.core.agency import Agency
from app.core.errors import Conflict
from tests.builders import a_client, a_manager, a_project, an_owner


def names() -> list[str]:
    return [stage.name for stage in Stage.in_order()]


def test_a_new_agency_has_the_stages_of_a_common_project(app: Any) -> None:
    agency = Agency.set_up("Studio", "en", "Europe/Berlin")
    add_first_stages(agency)
    assert names() == ["Kick-off", "Concept", "Design", "Production", "Wrap-up"]
    assert add_first_stages in AFTER_SET_UP


def test_stages_are_added_renamed_and_coloured(sign_in: Any) -> None:
    browser = sign_in(an_owner())
    browser.post("/settings/stages", data={"name": "Nachlauf", "colour": "#AA3366"})
    stage = Stage.in_order()[-1]
    assert (stage.name, stage.colour) == ("Nachlauf", "#aa3366")
    name, colour = f"{stage.public_id}-name", f"{stage.public_id}-colour"
    browser.post(f"/settings/stages/{stage.public_id}", data={name: "Pflege", colour: "#000000"})
    page = browser.get("/settings/stages").text
    assert "Pflege" in page
    assert 'fill="#000000"' in page


def test_a_stage_moves_up_and_down(sign_in: Any) -> None:
    browser = sign_in(an_owner())
    last = Stage.in_order()[-1].public_id
    browser.post(f"/settings/stages/{last}", data={"position": "0"})
    assert names() == ["Abschluss", "Auftakt", "Konzept", "Gestaltung"]
    browser.post(f"/settings/stages/{last}", data={"position": "99"})
    assert names() == ["Auftakt", "Konzept", "Gestaltung", "Abschluss"]
    for nonsense in ("-1", "x", "", "9" * 30):
        answer = browser.post(f"/settings/stages/{last}", data={"position": nonsense})
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "data",
    [
        {"name": "", "colour": "#000000"},
        {"name": "x" * 61, "colour": "#000000"},
        {"name": "Da", "colour": 'red" onload="'},
    ],
)
def test_a_stage_that_is_not_right_is_refused(sign_in: Any, data: dict[str, str]) -> None:
    assert sign_in(an_owner()).post("/settings/stages", data=data).status_code == 422
    assert len(names()) == 4


def test_a_stage_is_removed_when_no_project_stands_there(sign_in: Any) -> None:
    a_project(a_client())
    used, unused = Stage.in_order()[:2]
    browser = sign_in(an_owner())
    assert browser.post(f"/settings/stages/{used.public_id}/removal").status_code == 409
    browser.post(f"/settings/stages/{unused.public_id}/removal")
    assert names() == ["Auftakt", "Gestaltung", "Abschluss"]


def test_the_list_has_an_end_on_both_sides(agency: Any) -> None:
    for number in range(8):
        Stage.append(f"Phase {number}")
    with pytest.raises(Conflict):
        Stage.append("Zu viel")
    for stage in Stage.in_order()[1:]:
        stage.remove()
    with pytest.raises(Conflict):
        Stage.in_order()[0].remove()


def test_only_owners_arrange_stages(sign_in: Any) -> None:
    browser = sign_in(a_manager())
    stage = Stage.in_order()[0]
    assert browser.get("/settings/stages").status_code == 403
    for path in ("", f"/{stage.public_id}", f"/{stage.public_id}/removal"):
        assert browser.post(f"/settings/stages{path}").status_code == 403
