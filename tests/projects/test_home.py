"""The home of a client's person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.blueprints.clients.models import Membership
from app.core.agency import Agency
from app.core.features import Picture
from app.core.models import add, one
from tests.builders import a_client, a_manager, a_project, a_viewer, an_approver
from tests.projects.builders import NOW, a_milestone, a_waiting, pretended

pytestmark = pytest.mark.only("sqlite")


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "Nothing waits for you."),
        (1, "One thing waits for you."),
        (4, "Four things wait for you."),
        (13, "13 things wait for you."),
    ],
)
def test_the_number_of_what_waits_is_said_in_words(
    app: Any, sign_in: Any, count: int, sentence: str
) -> None:
    client = a_client()
    project = a_project(client)
    things = [a_waiting(project) for _ in range(count)]
    browser = sign_in(an_approver(client))
    with pretended(app, waiting=lambda _user: things):
        assert f"<h1>{sentence}</h1>" in browser.get("/").text


@pytest.mark.parametrize(
    ("hour", "greeting"), [(5, "Good morning"), (12, "Good day"), (17, "Good evening")]
)
def test_the_greeting_follows_the_persons_own_clock(sign_in: Any, hour: int, greeting: str) -> None:
    user = an_approver(a_client())
    user.salutation = "Ms Sonnenschein"
    with time_machine.travel(NOW.replace(hour=hour), tick=False):
        assert f"{greeting}, Ms Sonnenschein" in sign_in(user).get("/").text


def test_what_is_due_first_leads_with_its_picture(app: Any, sign_in: Any) -> None:
    client = a_client()
    project = a_project(client)
    things = [
        a_waiting(project, "Älteste"),
        a_waiting(project, "Morgen", due_at=NOW + timedelta(days=1)),
        a_waiting(
            project,
            "Heute",
            kind="Approval",
            due_at=NOW + timedelta(hours=8),
            picture=Picture("/poster.png", 480, 640),
        ),
    ]
    with time_machine.travel(NOW, tick=False), pretended(app, waiting=lambda _user: things):
        page = sign_in(an_approver(client)).get("/").text
    lead = page.split('class="lead"')[1].split("</li>")[0]
    assert "Heute" in lead
    assert 'src="/poster.png" alt="" width="480" height="640"' in lead
    assert 'data-state="due"' in lead
    assert page.index("Heute") < page.index("Morgen") < page.index("Älteste")


def test_what_is_overdue_says_so(app: Any, sign_in: Any) -> None:
    client = a_client()
    thing = a_waiting(a_project(client), kind="Approval", due_at=NOW - timedelta(days=2))
    with time_machine.travel(NOW, tick=False), pretended(app, waiting=lambda _user: [thing]):
        page = sign_in(an_approver(client)).get("/").text
    assert "Approval, overdue for 2\N{NO-BREAK SPACE}days" in page
    assert 'data-state="bad"' in page


def test_more_than_a_page_of_waiting_things_is_counted(app: Any, sign_in: Any) -> None:
    client = a_client()
    project = a_project(client)
    things = [a_waiting(project) for _ in range(33)]
    with pretended(app, waiting=lambda _user: things):
        page = sign_in(an_approver(client)).get("/").text
    assert "And 3 things more." in page


def test_running_projects_come_first_and_finished_ones_after(sign_in: Any) -> None:
    client = a_client()
    a_project(client, "Plakat", words="Geht am Donnerstag in den Druck.")
    a_project(client, "Speisekarte").finish()
    page = sign_in(an_approver(client)).get("/").text
    assert page.index("Plakat") < page.index("Speisekarte")
    assert "Geht am Donnerstag" in page
    assert "All 4 stages done" in page


def test_many_projects_are_paged(sign_in: Any) -> None:
    client = a_client()
    for number in range(12):
        a_project(client, f"Projekt {number:02}")
    browser = sign_in(an_approver(client))
    page = browser.get("/").text
    assert "Projekt 11" in page
    assert "Projekt 01" not in page
    older = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "Projekt 01" in browser.get(older.replace("&amp;", "&")).text


def test_a_person_of_several_clients_reads_whose_project_it_is(sign_in: Any) -> None:
    bakery, yard = a_client(), a_client("Werft Holm")
    a_project(bakery, "Plakat")
    a_project(yard, "Messe")
    user = an_approver(bakery)
    assert "Werft Holm" not in sign_in(user).get("/").text
    add(Membership(client_id=yard.id, user_id=user.id, role="viewer"))
    page = sign_in(user).get("/").text
    assert "Bäckerei Sonnenschein" in page
    assert "Werft Holm" in page


def test_nothing_of_another_client_is_at_home(app: Any, sign_in: Any) -> None:
    a_milestone(a_project(a_client("Werft Holm"), "Messe", words="Geheim"))
    page = sign_in(an_approver(a_client())).get("/").text
    assert "Messe" not in page
    assert "Geheim" not in page


def test_a_cursor_that_is_of_no_use_does_no_harm(sign_in: Any) -> None:
    client = a_client()
    a_project(client)
    browser = sign_in(a_viewer(client))
    assert browser.get("/?projects=%00x&activity=%ff&tour=99").status_code == 200


def test_signed_out_home_leads_to_the_door(client: Any) -> None:
    assert "/sign-in" in client.get("/").location


def test_the_help_says_who_is_there(sign_in: Any) -> None:
    ours, jana = a_client(), a_manager()
    ours.lead_id, jana.phone = jana.id, "0431 5566712"
    page = sign_in(a_viewer(ours)).get("/help").text.split("<main")[1].split("</main>")[0]
    assert "Jana Petersen" in page
    assert 'href="tel:04315566712"' in page


def test_the_help_says_what_this_person_can_do_and_what_the_agency_says_itself(
    sign_in: Any, db: Any
) -> None:
    client, other = a_client(), a_client("Werft Holm")
    agency = one(db.select(Agency))
    agency.help, client.help, other.help = "Ruf **an**.", "Nur für Sie.", "Nur für Holm."
    decides = sign_in(an_approver(client)).get("/help").text
    reads = sign_in(a_viewer(client)).get("/help").text
    assert "Ruf <strong>an</strong>." in reads
    assert "Nur für Sie." in reads
    assert "Nur für Holm." not in reads
    assert "Send us files" in decides
    assert "Send us files" not in reads
    assert 'href="/help"' in sign_in(a_manager()).get("/").text.split("<footer")[1]
