"""Signing in by the code from the mail, on the device that asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from app.blueprints.accounts.sessions import UserSession
from app.blueprints.accounts.signin import CODE_TRIES, CODE_TRIES_A_DAY, SignInLink
from app.core import clock
from app.core.models import every
from tests.accounts.builders import annette, ask, code_in, is_in, letters, link_in
from tests.conftest import a_browser

pytestmark = pytest.mark.only("sqlite")


def enter(browser: Any, code: str) -> Any:
    return browser.post("/sign-in/code", data={"code": code})


def wrong(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_signs_in_where_it_was_asked_for(client: Any) -> None:
    annette()
    ask(client, next="/account/devices")
    answer = enter(client, code_in(letters()[-1]))
    assert (answer.status_code, answer.location) == (303, "/account/devices")
    assert is_in(client)


def test_the_code_may_have_spaces(client: Any) -> None:
    annette()
    ask(client)
    code = code_in(letters()[-1])
    assert enter(client, f" {code[:3]} {code[3:]} ").status_code == 303


def test_the_code_is_of_no_use_in_another_browser(app: Any, client: Any) -> None:
    annette()
    ask(client)
    code, other = code_in(letters()[-1]), a_browser(app)
    assert enter(other, code).status_code == 422
    ask(other, "nobody@nowhere.de")
    assert enter(other, code).status_code == 422
    assert enter(client, code).status_code == 303


def test_a_code_works_once_and_takes_its_link_with_it(app: Any, client: Any) -> None:
    annette()
    ask(client)
    letter = letters()[-1]
    enter(client, code_in(letter))
    assert a_browser(app).post(link_in(letter)).status_code == 410


def test_the_code_of_the_mail_before_still_works(client: Any) -> None:
    annette()
    ask(client)
    ask(client)
    assert enter(client, code_in(letters()[0])).status_code == 303


def test_after_five_wrong_codes_only_the_link_works(app: Any, client: Any) -> None:
    annette()
    ask(client)
    letter = letters()[-1]
    for _ in range(CODE_TRIES):
        page = enter(client, wrong(code_in(letter)))
        assert "This code is not right." in page.text
    page = enter(client, code_in(letter))
    assert page.status_code == 422
    assert "Too many wrong codes." in page.text
    assert client.get(link_in(letter)).status_code == 303


@pytest.mark.only("sqlite", "postgresql")
def test_many_guesses_at_once_are_counted_each(app: Any, client: Any, db: Any) -> None:
    annette()
    ask(client)
    code, cookie = code_in(letters()[-1]), client.get_cookie("foyer").value
    db.session.rollback()

    def guess(_number: int) -> bool:
        browser = a_browser(app)
        browser.set_cookie("foyer", cookie)
        return "not right" in browser.post("/sign-in/code", data={"code": wrong(code)}).text

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(guess, range(12))) == CODE_TRIES
    assert [link.tries for link in every(db.select(SignInLink))] == [CODE_TRIES]


def test_many_wrong_codes_a_day_close_the_codes_but_no_link(client: Any) -> None:
    annette()
    moment = clock.now()
    for turn in range(CODE_TRIES_A_DAY // CODE_TRIES):
        with time_machine.travel(moment + timedelta(minutes=16 * turn)):
            ask(client)
            for _ in range(CODE_TRIES):
                enter(client, wrong(code_in(letters()[-1])))
    with time_machine.travel(moment + timedelta(hours=3)):
        ask(client)
        letter = letters()[-1]
        assert "Too many wrong codes." in enter(client, code_in(letter)).text
        assert client.get(link_in(letter)).status_code == 303


def test_asking_for_an_own_address_in_between_gives_no_more_tries(client: Any) -> None:
    annette()
    moment = clock.now()
    for turn in range(CODE_TRIES_A_DAY // CODE_TRIES):
        with time_machine.travel(moment + timedelta(minutes=16 * turn)):
            ask(client)
            for _ in range(CODE_TRIES):
                enter(client, wrong(code_in(letters()[-1])))
    with time_machine.travel(moment + timedelta(hours=3)):
        ask(client)
        ask(client, "guesser@elsewhere.de")
        assert "not right" in enter(client, code_in(letters()[-1])).text
        assert not is_in(client)


def test_a_code_runs_out_with_its_link(client: Any) -> None:
    annette()
    ask(client)
    code = code_in(letters()[-1])
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        page = enter(client, code)
    assert page.status_code == 422
    assert "This code has run out." in page.text


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12\0456", "9" * 500]
)
def test_what_is_no_code_is_no_try(client: Any, db: Any, code: str) -> None:
    annette()
    ask(client)
    assert enter(client, code).status_code == 422
    assert [link.tries for link in every(db.select(SignInLink))] == [0]


def test_the_page_for_the_code_belongs_to_who_asked(app: Any, client: Any) -> None:
    assert client.get("/sign-in/sent").location == "/sign-in"
    ask(client)
    assert client.get("/sign-in/sent").status_code == 200
    assert client.get("/sign-in/code").location == "/sign-in/sent"


def test_nobody_s_code_lets_nobody_in(client: Any, db: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.blueprints.accounts.signin.new_code", lambda: "123456")
    ask(client, "nobody@nowhere.de")
    assert enter(client, "123456").status_code == 422
    assert every(db.select(UserSession)) == []
