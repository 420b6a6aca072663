"""The page of the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup

from tests.builders import a_client, a_manager, a_project, an_approver
from tests.files.builders import a_file

SignIn = Callable[[Any], Any]
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_search_shows_its_hits_with_the_words_marked(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    file = a_file(a_project(client, "Herbst"), jana, "Kürbis_<b>.png", shared=True)
    page = sign_in(an_approver(client)).get("/search?q=kuerb")
    row = BeautifulSoup(page.text, "html.parser").select_one("#found .row")
    assert row is not None
    assert row.select_one("a")["href"] == f"/files/{file.public_id}"
    assert row.select_one("mark").text == "Kürbis"
    assert "Herbst" in row.text
    assert "<b>.png" not in page.text


def test_while_one_types_only_the_hits_are_sent(sign_in: SignIn) -> None:
    client = a_client()
    a_project(client, "Herbst")
    answer = sign_in(an_approver(client)).get("/search?q=he", headers=FRAGMENT)
    assert "<mark>Herbst</mark>" in answer.text
    assert "<html" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_every_page_leads_to_the_search(sign_in: SignIn) -> None:
    assert 'href="/search"' in sign_in(a_manager()).get("/clients").text


def test_an_empty_search_says_what_will_be_here(sign_in: SignIn) -> None:
    browser = sign_in(a_manager())
    for address in ("/search", "/search?q=", "/search?q=a", "/search?q=%00", "/search?kind=file"):
        assert "What you find will be here." in browser.get(address).text


def test_a_typing_error_is_set_right_with_words_that_the_reader_sees(sign_in: SignIn) -> None:
    client, jana = a_client(), a_manager()
    project = a_project(client, "Herbstkampagne")
    a_file(project, jana, "Geheimplan.png")
    browser = sign_in(an_approver(client))
    page = browser.get("/search?q=Herbstkampange")
    assert "Nothing found for “Herbstkampange”." in page.text
    assert 'href="/search?q=Herbstkampagne"' in page.text
    assert "Geheimplan" not in browser.get("/search?q=Geheimpaln").text
    assert "Geheimplan" in sign_in(jana).get("/search?q=Geheimpaln").text


def test_one_kind_is_shown_in_pages(sign_in: SignIn) -> None:
    jana = a_manager()
    project = a_project(a_client(), "Plakate")
    for number in range(21):
        a_file(project, jana, f"Plakat {number}.png")
    browser = sign_in(jana)
    overview = BeautifulSoup(browser.get("/search?q=plakat").text, "html.parser")
    assert len(overview.select("#found-file .row")) == 5
    link = overview.select_one('a[href="/search?q=plakat&kind=file"]')
    first = BeautifulSoup(browser.get(link["href"]).text, "html.parser")
    assert len(first.select(".row")) == 20
    second = BeautifulSoup(
        browser.get(first.select_one('a[rel="next"]')["href"]).text, "html.parser"
    )
    assert [each.text for each in second.select(".row__title")] == ["Plakat 0.png"]
    assert browser.get("/search?q=plakat&kind=nonsense").status_code == 200
