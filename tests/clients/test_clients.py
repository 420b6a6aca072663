"""HTTP of clients: the list, a client's page, and what the agency settles there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.blueprints.clients.models import Client
from app.core.models import every, one
from tests.builders import (
    a_client,
    a_manager,
    a_member,
    a_project,
    a_viewer,
    an_approver,
    an_owner,
)
from tests.clients.builders import an_invitation, posted, verbs

pytestmark = pytest.mark.only("sqlite")

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
BAKERY = {"name": "Bäckerei Sonnenschein", "language": "de", "lead": ""}
SETTINGS = ("sections", "colour", "edit")


@pytest.fixture
def bakery(agency: Any) -> Client:
    return a_client()


def test_the_list_says_who_has_not_come_yet(sign_in: Any, bakery: Client) -> None:
    for name in ("Eva", "Udo"):
        a_viewer(bakery, name)
    an_invitation(a_client("Werft Hansen"), a_manager())
    a_client("Zahnarzt Kühn")
    page = sign_in(an_owner()).get("/clients")
    assert "2 people have never signed in" in page.text
    assert "1 invitation is open" in page.text
    assert "Nobody invited yet" in page.text


def test_an_empty_list_says_what_will_be_here(sign_in: Any, agency: Any) -> None:
    assert "Your clients will be here." in sign_in(a_manager()).get("/clients").text


def test_a_member_sees_their_clients_and_adds_none(sign_in: Any, bakery: Client) -> None:
    a_client("Werft Hansen")
    page = sign_in(a_member("Tom", a_project(bakery))).get("/clients")
    assert "Bäckerei Sonnenschein" in page.text
    assert "Werft Hansen" not in page.text and "Add a client" not in page.text


@pytest.mark.only("sqlite", "postgresql")
def test_the_list_goes_on_page_by_page_at_the_same_cost(
    sign_in: Any, agency: Any, count_queries: Any
) -> None:
    browser, counts = sign_in(a_manager()), []
    for amount in (5, 70):
        for number in range(amount):
            a_client(f"Kunde {amount:02}-{number:02}")
        browser.get("/clients")
        with count_queries() as queries:
            page = browser.get("/clients")
        counts.append(len(queries))
    assert counts[0] == counts[1] < 15
    assert page.text.count('class="row"') == 30 and 'rel="next"' in page.text


@pytest.mark.parametrize("build", [a_viewer, lambda client: an_approver(client, main=True)])
def test_a_clients_person_gets_no_list_and_no_settings(
    build: Any, sign_in: Any, bakery: Client
) -> None:
    browser = sign_in(build(bakery))
    assert browser.get("/clients").status_code == 403
    assert browser.get("/clients/new").status_code == 403
    assert browser.post("/clients", data=BAKERY).status_code == 403
    for part in (*SETTINGS, "note"):
        assert browser.post(f"/clients/{bakery.public_id}/{part}", data=BAKERY).status_code == 403


def test_a_member_changes_the_note_alone(sign_in: Any, bakery: Client) -> None:
    browser = sign_in(a_member("Tom", a_project(bakery)))
    for part in SETTINGS:
        assert browser.post(f"/clients/{bakery.public_id}/{part}", data=BAKERY).status_code == 403
    path = f"/clients/{bakery.public_id}/note"
    assert browser.post(path, data={"note": "Call *after* two"}).status_code == 303
    page = browser.get(f"/clients/{bakery.public_id}")
    assert "Call <em>after</em> two" in page.text and 'id="branding"' not in page.text


@pytest.mark.parametrize("build", [a_member, lambda: an_approver(a_client("Werft"), main=True)])
def test_a_client_of_others_does_not_exist(build: Any, sign_in: Any, bakery: Client) -> None:
    browser = sign_in(build())
    for part in (*SETTINGS, "note"):
        assert browser.post(f"/clients/{bakery.public_id}/{part}").status_code == 404
    assert browser.get(f"/clients/{bakery.public_id}/edit").status_code == 404


def test_a_manager_adds_a_client(sign_in: Any, agency: Any, db: Any) -> None:
    jana = a_manager()
    browser = sign_in(jana)
    assert f'selected value="{jana.public_id}"' in browser.get("/clients/new").text
    answers = {**BAKERY, "lead": jana.public_id, "since": "2023-04-01", "legal_name": "B S GmbH"}
    page = posted(browser, "/clients", data=answers)
    for words in ("Bäckerei Sonnenschein is here.", "Client since 2023", "Looked after by Jana"):
        assert words in page.text
    client = one(db.select(Client))
    assert (client.legal_name, client.since, client.lead_id) == (
        "B S GmbH",
        date(2023, 4, 1),
        jana.id,
    )
    assert verbs() == ["client.created"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 161},
        {"name": "a\nb"},
        {"legal_name": "x" * 201},
        {"language": "xx"},
        {"lead": "nobody"},
        {"since": "2023-02-30"},
    ],
)
def test_a_wrong_answer_adds_no_client(
    wrong: dict[str, str], sign_in: Any, agency: Any, db: Any
) -> None:
    page = sign_in(a_manager()).post("/clients", data={**BAKERY, **wrong})
    assert page.status_code == 422 and "That did not work yet" in page.text
    assert every(db.select(Client)) == []


def test_a_client_is_changed(sign_in: Any, bakery: Client, db: Any) -> None:
    browser, path = sign_in(a_manager()), f"/clients/{bakery.public_id}/edit"
    assert 'value="Bäckerei Sonnenschein"' in browser.get(path).text
    page = posted(browser, path, data={**BAKERY, "name": "Konditorei"})
    assert "<h1>Konditorei</h1>" in page.text
    assert browser.post(path, data={**BAKERY, "name": ""}).status_code == 422
    assert verbs() == ["client.changed"]


def test_a_section_is_hidden_and_shown(sign_in: Any, bakery: Client, db: Any) -> None:
    browser, path = sign_in(a_manager()), f"/clients/{bakery.public_id}/sections"
    page = browser.post(path, data={"contacts_invite": "y"}, headers=HTMX)
    assert page.status_code == 200 and 'id="visibility"' in page.text
    db.session.expire_all()
    assert not bakery.shows("updates") and bakery.contacts_invite
    browser.post(path, data={"sections": ["updates"]})
    db.session.expire_all()
    assert bakery.shows("updates") and not bakery.contacts_invite
    assert verbs() == ["client.changed", "client.changed"]


def test_a_section_that_is_none_changes_nothing(sign_in: Any, bakery: Client) -> None:
    path = f"/clients/{bakery.public_id}/sections"
    assert sign_in(a_manager()).post(path, data={"sections": ["secrets"]}).status_code == 422
    assert bakery.contacts_invite


@pytest.mark.parametrize(
    ("answers", "colour"),
    [
        ({"colour": "#f5b52e", "written": "#12806f"}, "#f5b52e"),
        ({"colour": "#12806f", "written": "F5B52E"}, "#f5b52e"),
        ({"colour": "#12806f", "written": "#12806f"}, None),
        ({"colour": "#12806f", "written": "", "before": ""}, "#12806f"),
        ({"colour": "#0b2a6b"}, "#0b2a6b"),
    ],
)
def test_a_colour_is_picked_or_written(
    answers: dict[str, str], colour: str | None, sign_in: Any, bakery: Client, db: Any
) -> None:
    page = sign_in(a_manager()).post(
        f"/clients/{bakery.public_id}/colour", data={"before": "#12806f", **answers}, headers=HTMX
    )
    assert page.status_code == 200
    db.session.expire_all()
    assert bakery.colour == colour


@pytest.mark.only("sqlite", "postgresql")
def test_a_colour_sent_twice_stays(sign_in: Any, bakery: Client, db: Any) -> None:
    """Enter in the field sends the form and says that it has changed, which sends it again."""
    browser, path = sign_in(a_manager()), f"/clients/{bakery.public_id}/colour"
    for _ in range(2):
        browser.post(path, data={"before": "#12806f", "colour": "#12806f", "written": "#f5b52e"})
    db.session.expire_all()
    assert bakery.colour == "#f5b52e"
    assert verbs() == ["client.changed"]


def test_the_preview_says_what_stands_on_the_colour(sign_in: Any, bakery: Client) -> None:
    bakery.colour = "#f5b52e"
    page = sign_in(a_manager()).get(f"/clients/{bakery.public_id}")
    assert "/brand/part/f5b52e.css" in page.text and 'data-brand="#f5b52e"' in page.text
    assert "Light, text on the accent: black, 11.5 : 1" in page.text
    assert "Dark, text on the accent: black" in page.text


def test_a_client_goes_back_to_the_colour_of_the_agency(
    sign_in: Any, bakery: Client, db: Any
) -> None:
    bakery.colour = "#f5b52e"
    browser = sign_in(a_manager())
    answers = {"before": "#f5b52e", "colour": "", "written": ""}
    browser.post(f"/clients/{bakery.public_id}/colour", data=answers)
    db.session.expire_all()
    assert bakery.colour is None


@pytest.mark.parametrize("wrong", ["red", "#12", "#12345g", "url(x)", "#1234567"])
def test_what_is_no_colour_is_refused(wrong: str, sign_in: Any, bakery: Client) -> None:
    path = f"/clients/{bakery.public_id}/colour"
    page = sign_in(a_manager()).post(path, data={"colour": "#12806f", "written": wrong})
    assert page.status_code == 422
    assert bakery.colour is None


def test_a_note_too_long_is_refused(sign_in: Any, bakery: Client) -> None:
    path = f"/clients/{bakery.public_id}/note"
    page = sign_in(a_manager()).post(path, data={"note": "x" * 5001}, headers=HTMX)
    assert page.status_code == 422 and "too many" in page.text
    assert bakery.note == ""
