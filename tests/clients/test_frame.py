"""What stands around a client's pages: whose portal, which colour, whom to ask."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import a_client, a_manager, a_viewer, an_approver

pytestmark = pytest.mark.only("sqlite")


def test_a_clients_person_meets_the_clients_name_colour_and_contact(
    sign_in: Any, agency: Any
) -> None:
    jana = a_manager()
    jana.phone = "+49 431 220"
    page = sign_in(a_viewer(a_client(colour="#f5b52e", lead_id=jana.id))).get("/account")
    assert "for Bäckerei Sonnenschein" in page.text
    assert "/brand/f5b52e.css" in page.text
    assert "Jana Petersen" in page.text and "+49 431 220" in page.text


def test_a_contact_who_left_is_not_named(sign_in: Any, agency: Any) -> None:
    jana = a_manager(email="jana@nordlicht.de")
    viewer = sign_in(a_viewer(a_client(lead_id=jana.id)))
    assert "jana@nordlicht.de" in viewer.get("/account").text
    jana.remove()
    assert "jana@nordlicht.de" not in viewer.get("/account").text


def test_at_two_clients_a_page_belongs_to_the_one_that_it_is_about(
    sign_in: Any, agency: Any
) -> None:
    bakery, yard = a_client(colour="#f5b52e"), a_client("Werft Hansen", colour="#0b2a6b")
    person = an_approver(bakery, main=True)
    yard.welcome(person, "approver", main=True)
    browser = sign_in(person)
    assert f"/brand/{agency.colour[1:]}.css" in browser.get("/account").text
    page = browser.get(f"/clients/{yard.public_id}")
    assert "/brand/0b2a6b.css" in page.text and "for Werft Hansen" in page.text
    assert "People at Bäckerei Sonnenschein" in page.text


def test_staff_stay_in_the_colours_of_the_agency(sign_in: Any, agency: Any) -> None:
    client = a_client(colour="#f5b52e")
    page = sign_in(a_manager()).get(f"/clients/{client.public_id}")
    assert '<link rel="stylesheet" href="/brand/f5b52e.css">' not in page.text
    assert f"/brand/{agency.colour[1:]}.css" in page.text


def test_the_frame_costs_three_queries_more_at_most(
    sign_in: Any, agency: Any, count_queries: Any
) -> None:
    counts = {}
    for name, person in (("staff", a_manager()), ("client", an_approver(a_client(), main=True))):
        browser = sign_in(person)
        browser.get("/account")
        with count_queries() as queries:
            browser.get("/account")
        counts[name] = len(queries)
    assert counts["client"] <= counts["staff"] + 3
