"""The first page of a new installation."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.blueprints.accounts import set_up
from app.blueprints.accounts.models import User
from app.blueprints.accounts.set_up import set_up_key
from app.core.agency import Agency
from app.core.events import Event
from app.core.models import every
from tests.accounts.builders import is_in, letters, link_in
from tests.conftest import a_browser

pytestmark = pytest.mark.only("sqlite")

ANSWERS = {
    "agency": "Studio Nordlicht",
    "language": "en",
    "time_zone": "Europe/Vienna",
    "name": "Ole Brandt",
    "email": "Ole@studio-nordlicht.de",
}


@pytest.fixture
def newcomer(app: Any) -> Any:
    """A browser at an installation that nobody has set up."""
    return a_browser(app)


@pytest.fixture
def extras() -> Iterator[list[str]]:
    """What a slice above adds to a new agency."""
    added: list[str] = []
    set_up.AFTER_SET_UP.append(lambda agency: added.append(agency.name))
    yield added
    set_up.AFTER_SET_UP.pop()


def send(browser: Any, key: str = "", **changed: str) -> Any:
    return browser.post(
        "/set-up", query_string={"key": key or set_up_key()}, data=ANSWERS | changed
    )


def test_the_set_up_makes_agency_and_owner_and_signs_them_in(
    newcomer: Any, db: Any, extras: list[str]
) -> None:
    answer = send(newcomer)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(newcomer)
    agency, owner = every(db.select(Agency))[0], every(db.select(User))[0]
    assert (agency.name, agency.language, agency.time_zone) == (
        "Studio Nordlicht",
        "en",
        "Europe/Vienna",
    )
    assert owner.is_owner
    assert owner.email == "ole@studio-nordlicht.de"
    assert extras == ["Studio Nordlicht"]
    assert {line.verb for line in every(db.select(Event))} == {"agency.began", "session.began"}


def test_a_first_mail_proves_the_address(app: Any, newcomer: Any) -> None:
    send(newcomer)
    other = a_browser(app)
    other.post(link_in(letters()[0]))
    assert is_in(other)


def test_the_sign_in_of_a_new_installation_leads_to_its_set_up(newcomer: Any) -> None:
    assert newcomer.get("/sign-in").location == "/set-up"


def test_without_the_key_the_page_says_where_it_is(newcomer: Any) -> None:
    page = newcomer.get("/set-up")
    assert page.status_code == 200
    assert "flask set-up-link" in page.text
    assert 'name="agency"' not in page.text


@pytest.mark.parametrize("key", ["nonsense", "ä", "x" * 3000])
def test_a_wrong_key_opens_nothing(newcomer: Any, db: Any, key: str) -> None:
    assert newcomer.get("/set-up", query_string={"key": key}).status_code == 403
    assert send(newcomer, key).status_code == 403
    assert every(db.select(Agency)) == []


def test_the_command_prints_an_address_that_opens_the_form(app: Any, newcomer: Any) -> None:
    printed = app.test_cli_runner().invoke(args=["set-up-link"]).output
    address = urlsplit(printed.strip())
    page = newcomer.get(f"{address.path}?{address.query}")
    assert printed.startswith("http://localhost/set-up?key=")
    assert 'name="agency"' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_afterwards_there_is_no_set_up(newcomer: Any, app: Any, db: Any) -> None:
    send(newcomer)
    assert newcomer.get("/set-up", query_string={"key": set_up_key()}).status_code == 404
    assert send(a_browser(app), name="Eve").status_code == 404
    assert len(every(db.select(User))) == 1
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["set-up-link"])
    assert result.exit_code == 1
    assert "set up already" in result.output


@pytest.mark.parametrize(
    "changed",
    [
        {"agency": ""},
        {"agency": "x" * 121},
        {"name": "Ole\0"},
        {"email": "ole"},
        {"language": "tlh"},
        {"time_zone": "Mars/Olympus"},
    ],
)
def test_bad_answers_are_named_at_their_field(
    newcomer: Any, db: Any, changed: dict[str, str]
) -> None:
    page = send(newcomer, **changed)
    assert page.status_code == 422
    assert page.text.count('aria-invalid="true"') == 1
    assert every(db.select(Agency)) == []


@pytest.mark.only("sqlite", "postgresql")
def test_two_set_ups_at_once_make_one_agency(app: Any, db: Any) -> None:
    db.session.rollback()
    address = f"/set-up?key={set_up_key()}"

    def set_up_as(number: int) -> int:
        answers = ANSWERS | {"email": f"owner-{number}@studio-nordlicht.de"}
        return int(app.test_client().post(address, data=answers).status_code)

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(set_up_as, range(4)))
    assert answers[0] == 303
    assert set(answers[1:]) <= {404, 409}
    assert len(every(db.select(User))) == 1
