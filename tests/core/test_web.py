"""Addresses on the web: which are taken, how they are kept, and what people are told of them."""

from __future__ import annotations

import pytest

from app.core.web import NoWebAddress, host_of, web_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.figma.com/file/a?node=1#x", "https://www.figma.com/file/a?node=1#x"),
        (" www.figma.com ", "https://www.figma.com/"),
        ("HTTP://Staging.Kunde.de:8443/A", "http://staging.kunde.de:8443/A"),
        ("https://bäckerei.de/Menü", "https://xn--bckerei-5wa.de/Men%C3%BC"),
        ("http://192.168.0.4/", "http://192.168.0.4/"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
    ],
)
def test_an_address_is_kept_with_its_scheme_and_in_ascii(typed: str, kept: str) -> None:
    assert web_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Entwurf",
        "javascript:alert(1)",
        "data:text/html,hallo",
        "ftp://kunde.de/",
        "//kunde.de/",
        "https:///pfad",
        "https://kunde.de@boese.example/",
        "https://kunde.de\\@boese.example/",
        "https://kunde%2ede/",
        "https://kunde.de/zwei wörter",
        "https://kunde.de/\u202ekcab",
        "https://kunde.de/\x00",
        "https://kunde..de/",
        "https://kunde.de:99999/",
        "https://kunde.de/" + "a" * 2000,
    ],
)
def test_what_hides_where_it_leads_to_is_refused(typed: str) -> None:
    with pytest.raises(NoWebAddress):
        web_address(typed)


def test_a_host_that_poses_as_another_is_shown_in_its_code() -> None:
    cyrillic, dotless = web_address("https://аррӏе.com"), web_address("https://paypaı.com")
    assert host_of(cyrillic) == "xn--80ak6aa92e.com"
    assert host_of(dotless) == "xn--paypa-r4a.com"
    assert host_of(web_address("https://Bäckerei.de:8443")) == "bäckerei.de:8443"
