"""Bad input of every kind is answered with a sentence that helps, and never breaks the portal."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from babel.messages.pofile import read_po
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

import app
from tests.faults import LONG
from tests.portal.nonsense import ARGUMENTS, COSTUMES, IDS, VALUES, bad_forms
from tests.portal.people import APPROVER, EVERYBODY, OWNER, STRANGER
from tests.portal.routes import CHANGES, PAGES, ROUTES, Route
from tests.portal.visits import Portal, page_of

pytestmark = [
    pytest.mark.only("sqlite"),
    # Werkzeug leaves the temporary file open when a body is cut off in it.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
some = settings(
    max_examples=40 if LONG else 6, derandomize=True, database=None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
SENTENCE = re.compile(r"<(?:h1|p|span)[^>]*>\s*[^<\s][^<]{9,}")
PROBLEM = re.compile(r'class="error"|role="alert"')
TOO_LONG = "x" * 100_000
NOT_REFUSED = {
    "by_mail", "contacts_invite", "on", "at_night", "on_weekends", "on_the_day", "all",  # ticked is ticked
    "next",  # what is no path of ours leads to the start
    "seen", "base", "round",  # the page as it is now, and 409
    "reached",  # two buttons: whoever sends something else sees no form
}  # fmt: skip
TICKED = {"file", "folder"}
ANSWER_ANYTHING = {"files.preview_text", "approvals.check_file"}
"""Routes that keep nothing: whatever is sent is shown, or is not the file."""
GERMAN = {"Accept-Language": "de"}


@pytest.mark.parametrize("route", CHANGES, ids=lambda route: route.name)
@given(data=st.data())
@some
def test_no_form_breaks(portal: Portal, route: Route, data: st.DataObject) -> None:
    who = data.draw(st.sampled_from(those_who_may(route)))
    request = data.draw(bad_forms(route.form(portal.world.ours)))
    response = portal.visit(route, who, **request)
    must_be_understandable(response)
    if response.status_code < 400:
        portal.put_back()


def test_a_field_that_is_refused_says_so_and_the_others_keep_what_was_typed(portal: Portal) -> None:
    wrong = []
    for route in (each for each in CHANGES if each.endpoint not in ANSWER_ANYTHING):
        who = those_who_may(route)[-1]
        form = route.form(portal.world.ours)
        for name in {name for name in form if not may_be_anything(name, form[name])}:
            is_file = isinstance(form[name], (FileStorage, list)) and "file" in name
            bad = FileStorage(filename="empty.png") if is_file else TOO_LONG
            response = portal.visit(route, who, data=route.form(portal.world.ours) | {name: bad})
            expected = 400 if route.endpoint == "accounts.set_language" else 422
            if response.status_code != expected or (
                expected == 422 and not PROBLEM.search(response.text)
            ):
                wrong.append(f"{route.name} answers {response.status} to a wrong {name}")
            kept = [value for key, value in form.items() if key != name and isinstance(value, str)]
            lost = [value for value in kept if escape(value) not in response.text]
            if expected == 422 and lost:
                wrong.append(f"{route.name} forgets {lost} after a wrong {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", [STRANGER, OWNER])
def test_no_address_breaks(portal: Portal, person: str) -> None:
    wrong = []
    for route in ROUTES:
        for number, bad in enumerate(IDS):
            if not (route.thing or route.parts) or (route.method == "POST" and number % 5):
                continue
            path = portal.address(route, portal.nowhere("ID"), **dict.fromkeys(route.parts, "ID"))
            response = portal.visit(route, person, path=path.replace("ID", bad), data=b"")
            if problem := what_is_wrong(response):
                wrong.append(f"{route.name} with {bad[:20]!r}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", [STRANGER, APPROVER, OWNER])
def test_no_argument_breaks_a_page(portal: Portal, person: str) -> None:
    wrong = []
    for at, route in enumerate(PAGES):
        for number in range(6):
            bad = VALUES[(at * 6 + number) % len(VALUES)][:4_000]
            query = "&".join(f"{name}={quote(bad)}" for name in ARGUMENTS)
            response = portal.visit(route, person, query_string=query)
            if problem := what_is_wrong(response):
                wrong.append(f"{route.name} with {bad[:20]!r}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", [STRANGER, OWNER])
@pytest.mark.parametrize(
    "headers", COSTUMES, ids=lambda headers: f"{next(iter(headers.items()))}"[:30]
)
def test_no_header_breaks_a_page(portal: Portal, person: str, headers: dict[str, str]) -> None:
    wrong = []
    for route in PAGES:
        if problem := what_is_wrong(portal.visit(route, person, headers=headers)):
            wrong.append(f"{route.name}: {problem}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "host", ["evil.example.com", "localhost:x", "", "a b", "[::1", "localhost\\@evil"]
)
def test_a_strange_host_is_refused(portal: Portal, host: str) -> None:
    answers = {
        portal.visit(route, STRANGER, headers={"Host": host}).status_code for route in ROUTES
    }
    assert answers == {400}


def test_strangers_read_what_went_wrong_in_their_language(portal: Portal) -> None:
    english = english_sentences()
    wrong, seen = [], set()
    for route in ROUTES:
        form = dict.fromkeys(route.form(portal.world.ours), "x" * 1_000)
        for more in ({"data": form}, {"method": "PUT"}, {"data": "x" * 1_100_000}):
            response = portal.visit(route, STRANGER, portal.nowhere(), headers=GERMAN, **more)
            if response.status_code >= 400:
                seen.add(response.status_code)
                text = unescape(re.sub(r"<[^>]*>", "|", response.text))
                found = [each for each in english if each in text]
                if found or '<html lang="de"' not in response.text:
                    wrong.append(f"{route.name} says {found} ({response.status})")
            else:
                portal.put_back()
    assert not wrong, "\n".join(wrong)
    assert seen >= {404, 405, 410, 413, 422}


def english_sentences() -> list[str]:
    """What the portal says in English, as far as it can be known in a page."""
    with (Path(app.__file__).parent / "translations/de/LC_MESSAGES/messages.po").open("rb") as file:
        said = [message.id for message in read_po(file) if isinstance(message.id, str)]
    return [each for each in said if len(each) > 12 and " " in each and "%" not in each]


def must_be_understandable(response: Any) -> None:
    assert not what_is_wrong(response)


def what_is_wrong(response: Any) -> str:
    """Empty if an answer is no fault of ours, and what is theirs is said in a sentence."""
    status = response.status_code
    if status >= 500:
        return f"answers {status}"
    said = response.mimetype == "text/html" and SENTENCE.search(page_of(response))
    return "" if status < 400 or said else f"answers {status} without a sentence"


def may_be_anything(name: str, value: Any) -> bool:
    """Whether a field is none of those that are refused; what was ticked is there, or it is 404."""
    return name in NOT_REFUSED or (name in TICKED and isinstance(value, str))


def those_who_may(route: Route) -> list[str]:
    """The person with the most rights who may use a route, and a stranger if they may, too."""
    may = [person for person in EVERYBODY if not route.refuses(person)] or [OWNER]
    return [STRANGER, may[-1]] if may[0] == STRANGER else [may[-1]]
