"""The tour on a client's first visit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.blueprints.projects.tour import step_of
from app.core.features import Tab
from tests.builders import a_client, a_manager, a_project, a_viewer

pytestmark = pytest.mark.only("sqlite")


def the_way(browser: Any) -> list[str]:
    """The addresses that the tour leads over, as somebody who always presses on."""
    way, path = [], "/"
    while path:
        way.append(path)
        page = browser.get(path).text
        assert 'id="tour"' in page, path
        callout = page.split('id="tour"')[1].split("</section>")[0]
        links = callout.split('class="button button--small" href="')[1:]
        path = links[0].split('"')[0] if links else ""
    return way


def test_the_first_visit_leads_over_real_pages(app: Any, sign_in: Any) -> None:
    client = a_client()
    project = f"/projects/{a_project(client).public_id}"
    features = app.extensions["features"]
    kept = {name: features[name] for name in ("files", "approvals")}
    try:
        for name in kept:
            features[name] = replace(kept[name], tab=None)
        way = the_way(sign_in(a_viewer(client)))
    finally:
        features.update(kept)
    assert way == ["/", f"{project}?tour=2", "/help?tour=3"]


def test_files_and_decisions_are_on_the_way_when_they_are_there(app: Any, agency: Any) -> None:
    client = a_client()
    project, user = a_project(client), a_viewer(client)
    tabs = [Tab("files", "Files", "/files"), Tab("approvals", "Approvals", "/approvals")]
    with app.test_request_context():
        second = step_of("projects", user, "2", project, tabs)
        third = step_of("files", user, "3", project, tabs)
        last = step_of("approvals", user, "4", project, tabs)
    assert second and second.next_url == "/files?tour=3"
    assert third and third.next_url == "/approvals?tour=4"
    assert last and (last.number, last.all, last.next_url) == (4, 4, None)


def test_without_a_project_the_tour_is_short(sign_in: Any) -> None:
    assert the_way(sign_in(a_viewer(a_client()))) == ["/", "/help?tour=2"]


def test_it_ends_when_it_is_skipped_and_can_be_asked_for_again(sign_in: Any) -> None:
    browser = sign_in(a_viewer(a_client()))
    assert browser.post("/tour/end").location == "/"
    assert 'id="tour"' not in browser.get("/").text
    assert 'href="/?tour=1"' in browser.get("/help").text
    assert 'id="tour"' in browser.get("/?tour=1").text


def test_a_step_is_shown_on_its_own_page_only(sign_in: Any) -> None:
    client = a_client()
    project = a_project(client)
    browser = sign_in(a_viewer(client))
    for number in ("1", "3", "x", "99"):
        page = browser.get(f"/projects/{project.public_id}?tour={number}").text
        assert 'id="tour"' not in page


def test_the_agency_has_no_tour(sign_in: Any) -> None:
    project = a_project(a_client())
    browser = sign_in(a_manager())
    for path in ("/", "/?tour=1", f"/projects/{project.public_id}?tour=2"):
        assert 'id="tour"' not in browser.get(path).text
