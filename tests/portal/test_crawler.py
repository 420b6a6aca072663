"""Every route, as every kind of person: nobody gets where they don't belong, or learns what is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from app.core import features
from app.extensions import db
from tests.portal.people import (
    APPROVER,
    AWAY,
    CLIENT,
    EVERYBODY,
    MAIN,
    MEMBER,
    OTHER,
    OWNER,
    STRANGER,
    VIEWER,
)  # fmt: skip
from tests.portal.routes import CHANGES, PAGES, ROUTES, SIGN_IN, Route
from tests.portal.visits import Portal, answer_of, page_of, without_tokens

SQLITE = pytest.mark.only("sqlite")
POSTGRESQL = pytest.mark.only("postgresql")


def test_the_table_knows_every_route(app: Flask) -> None:
    there = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    known = {(route.method, route.endpoint) for route in ROUTES}
    advice = [
        f"{method} {endpoint} is not in tests/portal/routes.py. Add a row that says what fills its"
        " address in and who may go there; if it takes a form, add one to tests/portal/forms.py."
        for method, endpoint in sorted(there - known)
    ]
    advice += [
        f"{method} {endpoint} is no route any more. Take its row out of tests/portal/routes.py."
        for method, endpoint in sorted(known - there)
    ]
    assert not advice, "\n".join(advice)


@SQLITE
@pytest.mark.parametrize("person", EVERYBODY)
def test_pages_answer_as_the_table_says_change_nothing_and_tell_nothing_to_the_wrong_people(
    portal: Portal, person: str
) -> None:
    wrong = surprises_on_pages(portal, person)
    assert not wrong, "\n".join(wrong)


@POSTGRESQL
@pytest.mark.parametrize("person", [CLIENT[1], MEMBER])
def test_on_postgresql_they_answer_alike(portal: Portal, person: str) -> None:
    wrong = surprises_on_pages(portal, person)
    assert not wrong, "\n".join(wrong)


def surprises_on_pages(portal: Portal, person: str) -> list[str]:
    """Visit all pages as one person; what is not as the table says, or is not for this person."""
    wrong, hidden, inner = [], names_hidden_from(person, portal), inner_words(person, portal)
    with portal.watched() as changes:
        for route in PAGES:
            response = portal.visit(route, person)
            wrong += differences(route, person, response)
            page = page_of(response)
            wrong += told(route, page, inner if route.is_secret else hidden + inner)
            noted = route.records or (route.sighted and person in CLIENT)
            written = {"events": 1} if noted and response.status_code == 200 else {}
            changed = changes()
            if route.records == "each":
                changed = {name: min(gained, 1) for name, gained in changed.items()}
            if changed != written:
                wrong.append(f"{route.name} changed the database: {changed}")
    return wrong


@SQLITE
def test_the_other_client_reads_on_its_own_pages_nothing_of_ours(portal: Portal) -> None:
    wrong, inner = [], inner_words(OTHER, portal)
    for route in PAGES:
        page = page_of(portal.visit(route, OTHER, portal.world.theirs))
        wrong += told(route, page, inner if route.is_secret else portal.world.ours.names + inner)
    assert not wrong, "\n".join(wrong)


def names_hidden_from(person: str, portal: Portal) -> tuple[str, ...]:
    """Words that tell that a client is there, and that this person must not read."""
    ours, theirs = portal.world.ours.names, portal.world.theirs.names
    if person in (STRANGER, AWAY):
        return ours + theirs
    if person == OTHER:
        return ours
    return theirs if person in (*CLIENT, MEMBER) else ()


def inner_words(person: str, portal: Portal) -> tuple[str, ...]:
    """What the agency keeps to itself, if the person is not of the agency."""
    if person not in (STRANGER, OTHER, *CLIENT):
        return ()
    return portal.world.ours.inner + portal.world.theirs.inner


@SQLITE
@pytest.mark.parametrize("person", EVERYBODY)
def test_what_a_person_may_not_do_is_refused_and_has_no_effect(portal: Portal, person: str) -> None:
    wrong = []
    with portal.watched() as changes:
        for route in CHANGES:
            if route.refuses(person):
                wrong += differences(route, person, portal.visit(route, person))
                if changed := changes():
                    wrong.append(f"{route.name} changed the database: {changed}")
    assert not wrong, "\n".join(wrong)


@SQLITE
@pytest.mark.parametrize("person", EVERYBODY)
def test_what_a_person_may_do_works(portal: Portal, person: str) -> None:
    wrong = []
    for route in CHANGES:
        if not route.refuses(person):
            wrong += differences(route, person, portal.visit(route, person))
            portal.put_back()
    assert not wrong, "\n".join(wrong)


@SQLITE
@pytest.mark.parametrize("person", [STRANGER, VIEWER, MAIN, MEMBER, AWAY])
def test_what_belongs_to_another_client_looks_as_if_it_were_not_there(
    portal: Portal, person: str
) -> None:
    wrong = []
    for route in of_a_client(ROUTES):
        there = portal.visit(route, person, portal.world.theirs)
        nowhere = portal.visit(route, person, portal.nowhere())
        if answer_of(there) != route.answer_to(OTHER if person != STRANGER else STRANGER):
            wrong.append(f"{route.name} answers {answer_of(there)}")
        if same_but_for_ids(page_of(there)) != same_but_for_ids(page_of(nowhere)):
            wrong.append(f"{route.name} looks different from what is not there")
        wrong += told(route, page_of(there), portal.world.theirs.names)
    assert not wrong, "\n".join(wrong)


@SQLITE
def test_the_agency_finds_on_its_pages_what_clients_must_not_read(portal: Portal) -> None:
    """Else the tests above would look for words that stand nowhere."""
    pages = "".join(
        page_of(portal.visit(route, OWNER, place))
        for place in (portal.world.ours, portal.world.theirs)
        for route in PAGES
    )
    words = {*portal.world.ours.names, *portal.world.theirs.names}
    words |= {*portal.world.ours.inner, *portal.world.theirs.inner}
    assert {word for word in words if word not in pages} == set()


@SQLITE
def test_a_form_without_its_token_is_refused(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(portal.app.config, "WTF_CSRF_ENABLED", True)
    wrong = []
    with portal.watched() as changes:
        for route in (each for each in CHANGES if not each.signed):
            may = [person for person in EVERYBODY if not route.refuses(person)]
            english = {"Accept-Language": "en"}
            response = portal.visit(route, may[-1] if may else OWNER, headers=english)
            if response.status_code != 400 or "Please try once more." not in response.text:
                wrong.append(f"{route.name} answers {response.status}")
            if changed := changes():
                wrong.append(f"{route.name} changed the database: {changed}")
    assert not wrong, "\n".join(wrong)


@SQLITE
@pytest.mark.parametrize("person", [STRANGER, VIEWER, OWNER])
def test_the_head_of_a_page_can_be_asked_for(portal: Portal, person: str) -> None:
    wrong = []
    with portal.watched() as changes:
        for route in PAGES:
            response = portal.visit(route, person, method="HEAD")
            wrong += differences(route, person, response)
            if response.data or (changed := changes()):
                wrong.append(f"{route.name} has a body, or changed the database: {changed}")
    assert not wrong, "\n".join(wrong)


@SQLITE
@pytest.mark.parametrize("person", [STRANGER, OWNER])
def test_a_method_that_does_not_fit_is_answered_with_a_page(portal: Portal, person: str) -> None:
    wrong = []
    for route in ROUTES:
        path = portal.address(route)
        allowed = portal.app.url_map.bind("localhost").allowed_methods(path)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(allowed):
            response = portal.visit(route, person, method=method)
            if response.status_code != 405 or "<h1" not in response.text:
                wrong.append(f"{method} {path} answers {response.status}")
            if set(response.headers.get("Allow", "").split(", ")) != set(allowed):
                wrong.append(f"{method} {path} does not say what is allowed")
    assert not wrong, "\n".join(wrong)


@SQLITE
@pytest.mark.parametrize("person", [STRANGER, APPROVER, OWNER])
def test_what_is_switched_off_does_not_exist_for_anybody(portal: Portal, person: str) -> None:
    wrong = []
    for name in [each.name for each in features.every_feature() if each.optional]:
        features.switch(name, False)
        db.session.commit()
        off = {each.name for each in features.every_feature() if not features.is_on(each.name)}
        for route in ROUTES:
            if route.endpoint.partition(".")[0] in off:
                answer = answer_of(portal.visit(route, person))
                # Nothing of a stranger's upload is read, so nobody asks what it is for.
                stopped = person == STRANGER and takes_files(portal, route) and answer == SIGN_IN
                if answer != 404 and not stopped:
                    wrong.append(f"{route.name} answers {answer} while {name} is off")
        features.switch(name, True)
        db.session.commit()
    assert not wrong, "\n".join(wrong)


def differences(route: Route, person: str, response: Any) -> list[str]:
    """What is not as the table says, in a sentence."""
    wanted, got = route.answer_to(person), answer_of(response)
    return [] if got == wanted else [f"{route.name} answers {got} instead of {wanted}"]


def takes_files(portal: Portal, route: Route) -> bool:
    return getattr(portal.app.view_functions[route.endpoint], "takes_files", False)


def of_a_client(routes: tuple[Route, ...]) -> list[Route]:
    """The routes to things that exist for some people only, and whose address is no key to them."""
    return [
        each
        for each in routes
        if each.is_of_a_client and not each.is_secret and each.thing != "team_invitation"
    ]


def told(route: Route, page: str, words: tuple[str, ...]) -> list[str]:
    """Which of the words a page tells that it should not know."""
    found = [word for word in words if word in page]
    return [f"{route.name} tells {', '.join(found)}"] if found else []


def same_but_for_ids(page: str) -> str:
    """A page without what differs each time, and without the id in its own address."""
    return re.sub(r"[2-9a-z]{16}", "", without_tokens(page))
