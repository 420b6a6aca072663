"""What is found about the sender's domain, asked of a real name server, and what is said of it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from app.core import sender
from app.settings import Settings
from tests.names import name_server

SETTINGS = dataclasses.replace(
    Settings(), mail_from="portal@post.nordlicht.de", mail_url="smtp://mail.nordlicht.de:587"
)
KEY = "v=DKIM1; k=rsa; p=" + "MIGfMA0GCSqGSIb3" * 20


def found(texts: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is found with these records, by name."""
    with name_server(texts) as resolver:
        monkeypatch.setattr(sender, "a_resolver", lambda: resolver)
        return {each.name: each for each in sender.findings(SETTINGS)}


def test_a_domain_with_all_three_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    records = {
        "post.nordlicht.de": ["google-site-verification=x", "v=spf1 mx -all"],
        "default._domainkey.post.nordlicht.de": [KEY],
        "_dmarc.nordlicht.de": ["v=DMARC1; p=reject"],
    }
    three = found(records, monkeypatch)
    assert {name: each.state for name, each in three.items()} == dict.fromkeys(three, "ok")
    assert three["SPF"].record == "v=spf1 mx -all"
    assert three["DKIM"].record == KEY
    assert three["DMARC"].place == "_dmarc.nordlicht.de"


def test_what_is_missing_is_said_with_what_to_write_where(monkeypatch: pytest.MonkeyPatch) -> None:
    three = found({"www.nordlicht.de": ["x"]}, monkeypatch)
    assert [each.state for each in three.values()] == ["bad", "bad", "bad"]
    assert three["SPF"].place == "post.nordlicht.de"
    assert three["SPF"].advice == "v=spf1 a:mail.nordlicht.de mx ~all"
    assert three["DMARC"].advice == "v=DMARC1; p=none"


@pytest.mark.parametrize(
    ("records", "name", "state", "says"),
    [
        ({"post.nordlicht.de": ["v=spf1 mx", "v=spf1 a -all"]}, "SPF", "bad", "several"),
        ({"post.nordlicht.de": ["v=spf1 +all"]}, "SPF", "bad", "every server"),
        ({"post.nordlicht.de": ["v=spf1 mx"]}, "SPF", "warn", "does not say"),
        ({"post.nordlicht.de": []}, "SPF", "warn", "did not answer"),
        ({"x17._domainkey.post.nordlicht.de": [KEY]}, "DKIM", "ok", "name of their own"),
        ({"mail._domainkey.post.nordlicht.de": ["v=DKIM1; p="]}, "DKIM", "bad", "withdrawn"),
        ({"_dmarc.post.nordlicht.de": ["v=DMARC1; p=none"]}, "DMARC", "ok", "quarantine"),
    ],
)
def test_what_is_half_right_is_explained(
    records: dict[str, list[str]],
    name: str,
    state: str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender, "PATIENCE", 0.3)
    one = found(records, monkeypatch)[name]
    assert one.state == state and says in str(one.says)


def test_a_domain_that_nobody_outside_knows_is_not_looked_up() -> None:
    assert sender.findings(dataclasses.replace(SETTINGS, mail_from="portal@localhost")) == []
