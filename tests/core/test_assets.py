"""One stylesheet, one script, icons and brand under addresses that keep for ever; an installable portal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.core.brand import letters_of
from app.core.bundles import Bundles
from tests.core.frame import ROOT, a_frame

STATIC = ROOT / "static"


@pytest.fixture(scope="module")
def app() -> Flask:
    return a_frame()


def address_of(app: Flask, name: str) -> str:
    with app.test_request_context():
        return str(app.jinja_env.globals["asset"](name))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("foyer.css", "text/css"),
        ("foyer.js", "text/javascript"),
        ("icons.svg", "image/svg+xml"),
        ("icons/foyer-any-192.png", "image/png"),
    ],
)
def test_an_asset_keeps_for_ever_under_its_hash(app: Flask, name: str, mimetype: str) -> None:
    answer = app.test_client().get(address_of(app, name))
    assert answer.status_code == 200
    assert answer.mimetype == mimetype
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


def test_an_old_address_gets_what_is_there_now_and_may_not_keep_it(app: Flask) -> None:
    browser = app.test_client()
    answer = browser.get("/assets/foyer.0123456789ab.css")
    assert answer.data == browser.get(address_of(app, "foyer.css")).data
    assert answer.headers["Cache-Control"] == "no-cache"
    again = browser.get(
        "/assets/foyer.0123456789ab.css", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "nothing.css",
        "../settings.py",
        "%2e%2e/settings.py",
        "css",
        "foyer.0123456789ab.png",
        "x/../../wsgi.py",
        "%00",
        "a%00b.css",
        "x" * 3_000,
    ],
)
def test_there_is_nothing_but_the_static_files(app: Flask, path: str) -> None:
    assert app.test_client().get(f"/assets/{path}").status_code == 404


def test_the_stylesheet_holds_every_file_after_the_order_of_layers() -> None:
    sheet = Bundles(STATIC).get("foyer.css")
    assert sheet
    text = sheet.body.decode()
    files = list((STATIC / "css").rglob("*.css"))
    assert all(file.read_text() in text for file in files)
    assert text.index("@layer reset, tokens, base") < text.index("@layer components {")
    assert len(text) < 60_000


def test_the_script_holds_htmx_and_every_module_by_itself() -> None:
    script = Bundles(STATIC).get("foyer.js")
    assert script
    text = script.body.decode()
    assert text.startswith((STATIC / "vendor/htmx/htmx.min.js").read_text())
    for file in (STATIC / "js").glob("*.js"):
        assert f'(() => {{\n"use strict";\n{file.read_text()}}})();' in text
        assert not re.search(r"^(import|export) ", file.read_text(), re.MULTILINE)


def test_a_change_is_seen_only_where_files_are_watched(tmp_path: Path) -> None:
    sheet = tmp_path / "css" / "layers.css"
    sheet.parent.mkdir()
    sheet.write_text("a {}")
    kept, watched = Bundles(tmp_path), Bundles(tmp_path, watch=True)
    before = kept.address("foyer.css")
    assert watched.address("foyer.css") == before
    sheet.write_text("b { color: red }")
    assert kept.address("foyer.css") == before
    assert watched.address("foyer.css") != before


def test_an_asset_that_is_missing_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        Bundles(STATIC).address("nowhere.css")


def test_a_brand_is_one_colour(app: Flask) -> None:
    answer = app.test_client().get("/brand/12806f.css")
    assert answer.text == ":root { --brand: #12806f; }\n"
    assert "immutable" in answer.headers["Cache-Control"]
    part = app.test_client().get("/brand/part/12806f.css")
    assert part.text == '[data-brand="#12806f"] { --brand: #12806f; }\n'


@pytest.mark.parametrize("digits", ["12806F", "fff", "12806g", "12806f0", "red", "%23fffff"])
def test_what_is_no_colour_does_not_exist(app: Flask, digits: str) -> None:
    assert app.test_client().get(f"/brand/{digits}.css").status_code == 404
    assert app.test_client().get(f"/brand/mark/{digits}/A.svg").status_code == 404


def test_a_mark_is_readable_on_its_colour(app: Flask) -> None:
    dark = app.test_client().get("/brand/mark/0b2a6b/SN.svg")
    light = app.test_client().get("/brand/mark/f5b52e/Ä.svg")
    assert dark.mimetype == "image/svg+xml"
    assert 'fill="#ffffff"' in dark.text
    assert ">SN</text>" in dark.text
    assert 'fill="#000000"' in light.text
    assert ">Ä</text>" in light.text


@pytest.mark.parametrize("letters", ["ABC", "%3C", "A%22", "A%20"])
def test_a_mark_has_one_or_two_letters(app: Flask, letters: str) -> None:
    assert app.test_client().get(f"/brand/mark/0b2a6b/{letters}.svg").status_code == 404


def test_letters_are_those_of_the_first_and_the_last_word() -> None:
    assert letters_of("Studio Nordlicht") == "SN"
    assert letters_of("Werft") == "W"
    assert letters_of("Meier & Söhne GmbH") == "MG"
    assert letters_of("„…“") == "F"
    assert letters_of("") == "F"


def test_the_portal_can_be_installed_under_the_agencys_name(app: Flask) -> None:
    browser = app.test_client()
    manifest = browser.get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert manifest.json
    assert manifest.json["name"] == "Studio Nordlicht"
    assert manifest.json["theme_color"] == "#12806f"
    for icon in manifest.json["icons"]:
        picture = browser.get(icon["src"])
        assert picture.status_code == 200
        assert len(picture.data) < 6_000


def test_the_portal_can_be_opened_before_there_is_an_agency() -> None:
    browser = a_frame(agency=None).test_client()
    assert browser.get("/manifest.webmanifest").json["name"] == "Foyer"  # type: ignore[index]
    assert browser.get("/offline").status_code == 200
    assert browser.get("/sw.js").status_code == 200


def test_the_worker_keeps_the_offline_page_and_what_it_needs(app: Flask) -> None:
    browser = app.test_client()
    worker = browser.get("/sw.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    page = browser.get("/offline").text
    for address in re.findall(r'"(/(?:assets|brand)/[^"]+\.(?:css|js))"', page):
        assert f'"{address}"' in worker.text


def test_the_offline_page_belongs_to_nobody() -> None:
    answer = a_frame().test_client().get("/offline")
    assert "csrf" not in answer.text
    assert "Sonnenschein" not in answer.text
    assert "/brand/12806f.css" in answer.text
    assert "Set-Cookie" not in answer.headers
