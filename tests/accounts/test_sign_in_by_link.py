"""Signing in by the link from the mail."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.blueprints.accounts.sessions import UserSession
from app.blueprints.accounts.signin import SignInLink
from app.core import clock
from app.core.events import Event
from app.core.mail import Mail
from app.core.models import every
from tests.accounts.builders import EMAIL, a_link, annette, ask, is_in, letters, link_in
from tests.builders import an_owner
from tests.conftest import a_browser

pytestmark = pytest.mark.only("sqlite")


@pytest.mark.only("sqlite", "postgresql")
def test_the_browser_that_asked_is_in_at_once(client: Any) -> None:
    annette()
    answer = client.get(a_link(client))
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)


def test_another_browser_gets_a_page_with_one_button(app: Any, client: Any) -> None:
    annette()
    link, other = a_link(client), a_browser(app)
    page = other.get(link)
    assert page.status_code == 200
    assert "Welcome back, Ms Sonnenschein." in page.text
    assert not is_in(other)
    assert other.post(link).status_code == 303
    assert is_in(other)


def test_a_scanner_does_not_use_up_the_link(app: Any, client: Any) -> None:
    annette()
    link = a_link(client)
    for _ in range(3):
        assert a_browser(app).head(link).status_code == 200
        assert a_browser(app).get(link).status_code == 200
    assert client.get(link).status_code == 303


def test_a_scanner_that_keeps_cookies_and_runs_scripts_is_not_let_in(app: Any, client: Any) -> None:
    annette()
    link, scanner = a_link(client), a_browser(app)
    scanner.get("/sign-in")
    assert scanner.get(link).status_code == 200
    assert not is_in(scanner)


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
def test_a_page_fetched_in_advance_signs_nobody_in(client: Any, header: str) -> None:
    annette()
    link = a_link(client)
    assert client.get(link, headers={header: "prefetch;prerender"}).status_code == 200
    assert client.head(link).status_code == 200
    assert not is_in(client)


def test_a_link_works_once(app: Any, client: Any) -> None:
    annette()
    link = a_link(client)
    client.get(link)
    other = a_browser(app)
    assert other.get(link).status_code == 410
    assert other.post(link).status_code == 410
    assert not is_in(other)


@pytest.mark.only("sqlite", "postgresql")
def test_two_at_once_let_one_in(app: Any, client: Any, db: Any) -> None:
    annette()
    link = a_link(client)
    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda _: app.test_client().post(link).status_code, range(4))
    assert sorted(answers) == [303, 410, 410, 410]
    assert len(every(db.select(UserSession))) == 1


def test_a_link_is_good_for_15_minutes(app: Any, client: Any) -> None:
    annette()
    link, moment = a_link(client), clock.now()
    with time_machine.travel(moment + timedelta(minutes=14)):
        assert a_browser(app).get(link).status_code == 200
    with time_machine.travel(moment + timedelta(minutes=16)):
        page = client.get(link)
        assert page.status_code == 410
        assert "This link does not work any more." in page.text


def test_a_link_that_ran_out_sends_a_new_one_to_the_same_page(app: Any, client: Any) -> None:
    annette()
    link = a_link(client, next="/account/devices")
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        other = a_browser(app)
        assert EMAIL not in other.get(link).text
        answer = other.post(f"{link}/renewal")
        assert answer.location == "/sign-in/sent"
        assert EMAIL not in other.get("/sign-in/sent").text
        assert other.get(link_in(letters()[-1])).location == "/account/devices"


def test_a_link_that_nobody_knows_offers_the_form(client: Any) -> None:
    page = client.get("/sign-in/nonsense")
    assert page.status_code == 410
    assert 'name="email"' in page.text
    assert client.post("/sign-in/nonsense").status_code == 410
    assert client.post("/sign-in/nonsense/renewal").status_code == 410


def test_asking_again_does_not_kill_the_link_before(client: Any) -> None:
    annette()
    first = a_link(client)
    second = a_link(client)
    assert first != second
    assert client.get(first).status_code == 303


def test_who_is_signed_in_already_goes_where_the_link_leads(client: Any) -> None:
    annette()
    link = a_link(client, next="/account/devices")
    client.get(link)
    assert client.get(link).location == "/account/devices"


def test_a_link_signs_out_who_was_there_before(sign_in: Any, client: Any) -> None:
    owner = an_owner()
    browser = sign_in(owner)
    user = annette()
    link = a_link(client)
    assert "signed in as Ole Brandt" in browser.get(link).text
    browser.post(link)
    assert "Annette Sonnenschein" in browser.get("/account").text
    assert every(UserSession.of_user(owner)) == []
    assert len(every(UserSession.of_user(user))) == 1


def test_nothing_of_the_browser_s_old_session_is_kept(client: Any) -> None:
    annette()
    link = a_link(client)
    client.post("/language", data={"language": "de"})
    client.get(link)
    with client.session_transaction() as kept:
        assert set(kept) <= {"_user_id", "_permanent"}


def test_link_pages_stay_out_of_caches_and_referrers(app: Any, client: Any) -> None:
    annette()
    for path in (a_link(client), "/sign-in/nonsense"):
        headers = a_browser(app).get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_the_database_holds_digests_only(client: Any, db: Any) -> None:
    annette()
    link = a_link(client)
    token = link.rsplit("/", 1)[1]
    client.get(link)
    with client.session_transaction() as kept:
        secret = kept["_user_id"]
    rows = [*every(db.select(SignInLink)), *every(db.select(UserSession))]
    values = [str(getattr(row, column.name)) for row in rows for column in row.__table__.columns]
    assert not [value for value in values if token in value or secret in value or EMAIL in value]


def test_known_and_unknown_addresses_get_the_same_answer(
    app: Any, client: Any, count_queries: Any
) -> None:
    annette()
    stranger = a_browser(app)
    with count_queries() as for_known:
        known = ask(client)
    with count_queries() as for_stranger:
        unknown = ask(stranger, "nobody@baeckerei-sonnenschein.de")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert [each.split()[:3] for each in for_known] == [each.split()[:3] for each in for_stranger]
    pages = [without_token(each.get("/sign-in/sent").text) for each in (client, stranger)]
    assert pages[0].replace(EMAIL, "nobody@baeckerei-sonnenschein.de") == pages[1]


def without_token(page: str) -> str:
    return re.sub(r'(csrf[-_]token" (?:content|value)=)"[^"]+"', r"\1", page)


def test_nobody_gets_no_mail(client: Any, db: Any) -> None:
    ask(client, "nobody@nowhere.de")
    assert letters() == []
    assert [mail.text for mail in every(db.select(Mail))] == [""]


def test_addresses_are_compared_as_people_mean_them(client: Any) -> None:
    annette()
    ask(client, "  Annette@Baeckerei-Sonnenschein.DE ")
    assert [letter.to_email for letter in letters()] == [EMAIL]


def test_a_removed_person_gets_no_mail_and_no_way_in(client: Any, db: Any) -> None:
    user = annette()
    link = a_link(client)
    user.remove()
    db.session.commit()
    assert client.post(link).status_code == 410
    ask(client)
    assert len(letters()) == 1


def test_signing_in_and_out_is_recorded(client: Any, db: Any) -> None:
    user = annette()
    client.get(a_link(client), headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari/605"})
    client.post("/sign-out")
    assert not is_in(client)
    lines = every(db.select(Event).order_by(Event.id))
    assert [(line.verb, line.actor_id) for line in lines] == [
        ("session.began", user.id),
        ("session.ended", user.id),
    ]
    assert lines[0].people["device"] == "Safari, iPhone"


@pytest.mark.parametrize(
    "email", ["", "annette", "a@b@c", "x" * 300 + "@y.de", "a\0@b.de", "ä ö@b.de"]
)
def test_what_is_no_address_is_answered_at_the_field(client: Any, email: str) -> None:
    page = ask(client, email)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
