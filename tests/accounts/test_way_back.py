"""From a page behind the sign-in to the sign-in, and back to that page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.blueprints.accounts.links import personal_url
from app.core.tokens import sign
from tests.accounts.builders import EMAIL, a_link, annette, ask, letters, link_in
from tests.builders import an_owner
from tests.conftest import a_browser

pytestmark = pytest.mark.only("sqlite")


def asked_for(answer: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer.location).query)


def test_a_signed_out_person_comes_back_to_the_page(client: Any) -> None:
    annette()
    answer = client.get("/account/devices?page=x")
    assert answer.status_code == 303
    assert asked_for(answer) == {"next": ["/account/devices?page=x"]}
    page = client.get(answer.location)
    assert 'value="/account/devices?page=x"' in page.text
    assert client.get(a_link(client, next="/account/devices?page=x")).location == (
        "/account/devices?page=x"
    )


def test_a_link_in_a_mail_fills_in_the_address_and_leads_back(app: Any, client: Any) -> None:
    user = annette()
    address = urlsplit(personal_url(user, "accounts.list_sessions"))
    answer = client.get(f"{address.path}?{address.query}")
    page = client.get(answer.location)
    assert f'value="{EMAIL}"' in page.text
    assert 'value="/account/devices"' in page.text


def test_a_link_in_a_mail_works_for_whoever_is_signed_in(app: Any, sign_in: Any) -> None:
    user = annette()
    address = urlsplit(personal_url(user, "accounts.list_sessions"))
    assert sign_in(an_owner()).get(f"{address.path}?{address.query}").status_code == 200


@pytest.mark.parametrize("hint", ["", "nonsense", "a.b", "x" * 5000])
def test_a_hint_that_is_not_ours_says_nothing(client: Any, hint: str) -> None:
    annette()
    page = client.get("/sign-in", query_string={"hint": hint})
    assert page.status_code == 200
    assert EMAIL not in page.text


def test_a_hint_must_be_signed_for_this_purpose(client: Any) -> None:
    user = annette()
    page = client.get("/sign-in", query_string={"hint": sign("calendar", user.public_id)})
    assert EMAIL not in page.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
        "/\tevil.example",
        "evil.example",
        "/" + "x" * 2000,
    ],
)
def test_a_target_elsewhere_is_forgotten(client: Any, target: str) -> None:
    annette()
    page = client.get("/sign-in", query_string={"next": target})
    assert 'name="next" type="hidden" value=""' in page.text
    assert client.get(a_link(client, next=target)).location == "/"


def test_an_encoded_line_end_stays_encoded(client: Any) -> None:
    annette()
    answer = client.get(a_link(client, next="/x%0d%0aSet-Cookie:a=b"))
    assert answer.location == "/x%0d%0aSet-Cookie:a=b"
    assert "a=b" not in answer.headers.getlist("Set-Cookie")


def test_htmx_is_sent_to_the_sign_in_as_a_whole(client: Any) -> None:
    headers = {
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "HX-Current-URL": "http://localhost/account/devices",
    }
    answer = client.post("/account", headers=headers)
    assert answer.status_code == 204
    target = parse_qs(urlsplit(answer.headers["HX-Redirect"]).query)
    assert target == {"next": ["/account/devices"]}


def test_a_post_leads_back_to_the_page_it_came_from(client: Any) -> None:
    answer = client.post("/account", headers={"Referer": "http://localhost/account"})
    assert asked_for(answer) == {"next": ["/account"]}
    answer = client.post("/account", headers={"Referer": "http://evil.example/account"})
    assert asked_for(answer) == {}


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
def test_a_page_before_that_is_no_address_leads_nowhere(client: Any, header: str) -> None:
    answer = client.post("/account", headers={header: "http://[::1"})
    assert asked_for(answer) == {}


def test_who_is_signed_in_needs_no_sign_in_page(sign_in: Any) -> None:
    browser = sign_in(an_owner())
    assert browser.get("/sign-in?next=/account").location == "/account"
    assert browser.get("/sign-in/sent").location == "/sign-in"


def test_sending_once_more_keeps_the_target(app: Any, client: Any) -> None:
    annette()
    ask(client, next="/account/devices")
    assert 'value="/account/devices"' in client.get("/sign-in/sent").text
    ask(client, next="/account/devices")
    other = a_browser(app)
    assert other.post(link_in(letters()[-1])).location == "/account/devices"
