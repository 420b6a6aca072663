"""A test mail, from the settings and by command: what the server said, in words."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.worker import run_once
from tests.builders import an_owner, point_mail_to
from tests.smtp import SmtpServer

pytestmark = pytest.mark.only("sqlite")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", "The mail server took it"),
        ("550 5.1.1 User unknown", "Nobody has this address any more"),
        ("451 4.7.1 Greylisted", "The mail server was busy. (451 4.7.1 Greylisted)"),
    ],
)
def test_the_page_says_what_became_of_the_test_mail(
    agency: Any,
    app: Any,
    smtp: SmtpServer,
    sign_in: Any,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    said: str,
) -> None:
    point_mail_to(app, monkeypatch, smtp.url)
    owner = an_owner()
    smtp.refused |= {owner.email: answer} if answer else {}
    browser = sign_in(owner)
    browser.post("/settings/test-mail")
    run_once()
    assert said in browser.get("/settings/mail").text
    result = app.test_cli_runner().invoke(args=["mail", "test", owner.email])
    assert (result.exit_code == 0) is (not answer)
    assert ("took the mail" if not answer else said) in result.output


def test_without_a_server_the_command_says_so(agency: Any, app: Any) -> None:
    result = app.test_cli_runner().invoke(args=["mail", "test", "a@kunde.de"])
    assert result.exit_code == 1 and "FOYER_MAIL_URL" in result.output
    assert (
        "localhost is no public domain"
        in app.test_cli_runner().invoke(args=["mail", "domain"]).output
    )
