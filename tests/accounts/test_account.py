"""What a person says about themselves, and in which language the portal speaks to them."""

from __future__ import annotations

from typing import Any

import pytest

from app.blueprints.accounts.models import User
from app.blueprints.accounts.zones import COMMON
from app.core.events import Event
from app.core.models import every
from tests.accounts.builders import a_link, annette
from tests.builders import an_owner

pytestmark = pytest.mark.only("sqlite")

ANSWERS = {
    "name": "Annette Sonnenschein",
    "salutation": "Frau Sonnenschein",
    "phone": "0431 55667-12",
    "language": "de",
    "time_zone": "Europe/Zurich",
}


def test_the_account_is_shown_and_saved(sign_in: Any, db: Any) -> None:
    user = annette()
    browser = sign_in(user)
    assert 'value="Ms Sonnenschein"' in browser.get("/account").text
    assert browser.post("/account", data=ANSWERS).location == "/account"
    kept = db.session.get(User, user.id)
    assert {name: getattr(kept, name) for name in ANSWERS} == ANSWERS
    verbs = [line.verb for line in every(db.select(Event).order_by(Event.id))]
    assert verbs[-1] == "account.changed"


def test_the_portal_speaks_the_language_that_was_chosen(sign_in: Any) -> None:
    browser = sign_in(annette())
    assert '<html lang="en">' in browser.get("/account").text
    browser.post("/account", data=ANSWERS)
    assert '<html lang="de">' in browser.get("/account").text


@pytest.mark.parametrize(
    "changed",
    [
        {"name": " "},
        {"name": "x" * 121},
        {"name": "a\nb"},
        {"name": "a\u202eb"},
        {"salutation": "x" * 121},
        {"phone": "1" * 41},
        {"language": "fr"},
        {"time_zone": "../../etc/passwd"},
    ],
)
def test_bad_answers_change_nothing(sign_in: Any, db: Any, changed: dict[str, str]) -> None:
    user = annette()
    page = sign_in(user).post("/account", data=ANSWERS | changed)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert db.session.get(User, user.id).salutation == "Ms Sonnenschein"


def test_nobody_makes_themselves_an_owner(sign_in: Any, db: Any) -> None:
    user = annette()
    sign_in(user).post("/account", data=ANSWERS | {"agency_role": "owner", "side": "agency"})
    assert not db.session.get(User, user.id).is_staff


def test_the_common_time_zones_come_first_and_once(sign_in: Any) -> None:
    page = sign_in(annette()).get("/account").text
    places = [page.index(f'value="{zone}"') for zone in COMMON]
    assert places == sorted(places)
    assert page.count('value="Europe/Berlin"') == 1
    assert page.index('value="Africa/Abidjan"') > places[-1]


def test_a_stranger_chooses_the_language_of_the_door(client: Any) -> None:
    headers = {"Accept-Language": "en", "Referer": "http://localhost/sign-in?next=/account"}
    assert '<html lang="en">' in client.get("/sign-in", headers=headers).text
    answer = client.post("/language", data={"language": "de", "next": "/sign-in"}, headers=headers)
    assert answer.location == "/sign-in?next=/account"
    assert '<html lang="de">' in client.get("/sign-in", headers=headers).text


def test_the_language_of_the_door_does_not_change_the_person_s(client: Any) -> None:
    annette()
    client.post("/language", data={"language": "de"})
    client.get(a_link(client))
    assert '<html lang="en">' in client.get("/account").text


def test_a_signed_in_person_keeps_the_language(sign_in: Any, db: Any) -> None:
    owner = an_owner()
    sign_in(owner).post("/language", data={"language": "de"})
    assert db.session.get(User, owner.id).language == "de"


@pytest.mark.parametrize("data", [{}, {"language": "fr"}, {"language": ""}, {"language": "de\0"}])
def test_a_language_that_is_not_spoken_is_refused(client: Any, data: dict[str, str]) -> None:
    assert client.post("/language", data=data).status_code == 400


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/sign-out", "/nowhere", ""]
)
def test_the_language_leads_only_to_pages_of_ours(client: Any, target: str) -> None:
    answer = client.post("/language", data={"language": "de", "next": target})
    assert answer.location == "/"
