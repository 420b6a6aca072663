"""Lines of the log: in which request they were written, who asked, and nothing that is secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.core import logs
from app.core.due import Drain, drain
from tests.builders import a_mail, an_owner
from tests.conftest import a_browser, put_away

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture
def told(app: Flask, agency: Any) -> Iterator[tuple[Flask, Any]]:
    """The portal with lines for programs, and what it has written until now."""
    settings = app.extensions["settings"]
    told = create_app(replace(settings, log="json", proxies=1))
    told.config.update(PROPAGATE_EXCEPTIONS=False)
    stream = io.StringIO()
    [handler] = (each for each in logging.getLogger().handlers if each.name == "foyer")
    handler.setStream(stream)  # type: ignore[attr-defined]
    yield told, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.configure(settings)
    put_away(told)


def test_a_request_is_one_line_with_the_id_that_the_answer_has(told: Any, sign_in: Any) -> None:
    app, lines = told
    owner = an_owner()
    cookie = sign_in(owner).get_cookie("foyer")
    browser = a_browser(app)
    browser.set_cookie("foyer", cookie.value)
    answer = browser.get("/settings?x=secret", headers={"X-Request-Id": "from-the-proxy-1"})
    [line] = lines()
    assert answer.headers["X-Request-Id"] == line["request"] == "from-the-proxy-1"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/settings", 200)
    assert (line["person"], line["address"]) == (owner.public_id, "127.0.0.1")
    assert "secret" not in json.dumps(line)


def test_an_error_says_in_the_log_and_on_its_page_in_which_request(told: Any) -> None:
    app, lines = told
    app.view_functions["accounts.show_sign_in"] = lambda: 1 / 0
    answer = a_browser(app).get("/sign-in", headers={"X-Request-Id": "no <b>id</b>"})
    error, line = lines()
    assert "ZeroDivisionError" in error["error"]
    assert error["request"] == line["request"] == answer.headers["X-Request-Id"] != "no <b>id</b>"
    assert line["request"] in answer.text


def test_a_token_in_an_address_is_in_no_line(told: Any) -> None:
    app, lines = told
    a_browser(app).get("/sign-in/a-token-that-signs-in")
    [line] = lines()
    assert line["route"] == "/sign-in/<token>"
    assert "that-signs-in" not in json.dumps(line)


def test_what_a_drain_says_names_its_row(told: Any, db: Any) -> None:
    _app, lines = told
    mail = a_mail()
    db.session.commit()
    number = mail.id

    def fails(_row: Any) -> None:
        raise ValueError("broken")

    drain(Drain("mail", type(mail), fails))
    [line] = lines()
    assert (line["drain"], line["row"], line["level"]) == ("mail", number, "error")
