"""Previews: made by the worker, shown where the file may be seen, and never in the way of anybody."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.blueprints.files import drawing
from app.blueprints.files.previews import Preview
from app.blueprints.files.sheets import MOST_LOOKS
from app.blueprints.files.versions import Version
from app.core import clock
from app.core.due import drain
from app.core.models import every
from app.core.storage import storage
from app.extensions import db
from tests.approvals.builders import an_open_approval
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.conftest import empty_database
from tests.files import samples
from tests.files.builders import a_file, a_version, draw_all, newest

SignIn = Callable[[Any], Any]


def test_the_worker_makes_the_pictures_of_a_version(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    photo = samples.a_photo()
    file = a_file(project, jana, "Foto.jpg", photo)
    browser, address = sign_in(jana), f"/versions/{newest(file).public_id}"
    assert browser.get(f"{address}/preview").status_code == 404
    assert drain(drawing.DRAIN) == 1
    small, large = (browser.get(f"{address}/preview?size={each}") for each in ("small", "large"))
    assert (small.mimetype, large.mimetype) == ("image/webp", "image/webp")
    assert len(small.data) < len(large.data)
    assert "sandbox" in large.headers["Content-Security-Policy"]
    assert browser.get(f"{address}/content").data == photo
    page = browser.get(f"/files/{file.public_id}")
    picture = soup(page).select_one(".stage img")
    assert picture and (picture["width"], picture["height"]) == ("600", "800")
    assert str(picture["srcset"]).endswith("600w")
    assert soup(browser.get(f"/projects/{project.public_id}/files")).select_one("img.thumb")


def test_a_browser_keeps_a_picture_but_asks_each_time_whether_it_still_may(
    sign_in: SignIn,
) -> None:
    client = a_client()
    annette = an_approver(client)
    file = a_file(a_project(client), a_manager(), shared=True)
    draw_all()
    browser, address = sign_in(annette), f"/versions/{newest(file).public_id}/preview"
    first = browser.get(address)
    assert first.headers["Cache-Control"].startswith("private, no-cache")
    known = {"If-None-Match": first.headers["ETag"]}
    assert browser.get(address, headers=known).status_code == 304
    file.unshare()
    db.session.commit()
    assert browser.get(address, headers=known).status_code == 404


def test_a_preview_exists_only_for_those_for_whom_the_file_does(sign_in: SignIn) -> None:
    client, other = a_client(), a_client("Andere GmbH")
    project, jana = a_project(client), a_manager()
    shared, internal = a_file(project, jana, shared=True), a_file(project, jana, "Innen.png")
    draw_all()
    inside, outside = sign_in(an_approver(client)), sign_in(an_approver(other, "Otto Fremd"))
    for path in ("preview", "preview?size=small", "pages"):
        assert inside.get(f"/versions/{newest(shared).public_id}/{path}").status_code == 200
        assert inside.get(f"/versions/{newest(internal).public_id}/{path}").status_code == 404
        assert outside.get(f"/versions/{newest(shared).public_id}/{path}").status_code == 404


@pytest.mark.parametrize("query", ["size=huge", "page=0", "page=2", "page=99999999999999999999"])
def test_what_is_not_there_is_404(sign_in: SignIn, query: str) -> None:
    jana = a_manager()
    version = newest(a_file(a_project(a_client()), jana))
    draw_all()
    assert sign_in(jana).get(f"/versions/{version.public_id}/preview?{query}").status_code == 404


def test_the_first_page_of_a_pdf_comes_first_then_all_others(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    file = a_file(project, jana, "Öffnungszeiten.pdf", samples.a_pdf(3))
    a_file(project, jana, "Foto.jpg", samples.a_photo())
    drawn_first = [once().page for _ in range(2)]
    assert drawn_first == [1, 1]
    browser = sign_in(jana)
    page = soup(browser.get(f"/files/{file.public_id}"))
    tile = page.select_one(".stage__wait")
    assert len(page.select(".stage img")) == 1
    assert tile and "start=2" in str(tile["hx-get"])
    assert drain(drawing.DRAIN) == 2
    rest = soup(browser.get(str(tile["hx-get"])))
    assert ["page=2" in str(each["src"]) for each in rest.select("img")] == [True, False]
    assert all(each["loading"] == "lazy" for each in rest.select("img"))
    assert not rest.select(".stage__wait")
    assert "Page 3 of 3" in rest.text
    assert browser.get(f"/versions/{newest(file).public_id}/preview?page=3").status_code == 200


def test_of_a_long_document_the_first_forty_pages_are_drawn(sign_in: SignIn) -> None:
    jana = a_manager()
    file = a_file(a_project(a_client()), jana, "Handbuch.pdf", samples.a_pdf(41))
    once()
    assert len(every(select(Preview))) == 40
    for preview in every(select(Preview).where(Preview.page > 1)):
        preview.show(800, 1100, 41)
    db.session.commit()
    page = sign_in(jana).get(f"/files/{file.public_id}")
    assert "the first 40 of 41 pages" in page.text


def test_a_page_waits_for_the_picture_and_not_forever(sign_in: SignIn) -> None:
    jana = a_manager()
    file = a_file(a_project(a_client()), jana)
    browser = sign_in(jana)
    tile = soup(browser.get(f"/files/{file.public_id}")).select_one(".stage__wait")
    assert tile and tile["hx-trigger"] == "every 2s"
    assert "The preview is being made." in tile.text
    again = soup(browser.get(str(tile["hx-get"]))).select_one(".stage__wait")
    assert again and "looks=2" in str(again["hx-get"])
    path = f"/versions/{newest(file).public_id}/pages?looks={MOST_LOOKS}"
    last = soup(browser.get(path)).select_one(".stage__wait")
    assert last and "hx-get" not in last.attrs
    draw_all()
    there = soup(browser.get(path))
    assert there.select_one("img") and not there.select_one(".stage__wait")


def test_a_broken_file_says_so_and_the_others_are_drawn(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    contents = {
        "HTML.jpg": b"<html><script>alert(1)</script>",
        "Riese.png": samples.a_png_of(50_000, 50_000),
        "Halb.jpg": samples.a_photo()[:2_000],
        "Skript.pdf": samples.a_pdf_with_a_script(),
        "Gut.jpg": samples.a_photo(),
    }
    files = {name: a_file(project, jana, name, each) for name, each in contents.items()}
    liar = newest(a_file(project, jana, "Film.mp4", samples.a_film()))
    liar.content_type = "image/jpeg"
    Preview.begin(liar)
    db.session.commit()
    assert drain(drawing.DRAIN) == 5
    states = {name: state_of(newest(file)) for name, file in files.items()}
    assert states == {
        "HTML.jpg": None,
        "Riese.png": ("broken", "large"),
        "Halb.jpg": ("broken", "broken"),
        "Skript.pdf": ("ready", ""),
        "Gut.jpg": ("ready", ""),
    }
    assert state_of(liar) == ("broken", "broken")
    browser = sign_in(jana)
    page = browser.get(f"/files/{files['Halb.jpg'].public_id}")
    assert "can't be read here" in soup(page).text
    assert "too large for a preview" in browser.get(f"/files/{files['Riese.png'].public_id}").text
    assert browser.get(f"/projects/{project.public_id}/files").status_code == 200


def test_what_ends_its_process_is_tried_twice_and_holds_nobody_up(
    agency: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project, jana = a_project(a_client()), a_manager()
    bad = newest(a_file(project, jana, "Falle.jpg", samples.a_photo()))
    good = newest(a_file(project, jana, "Gut.jpg", samples.a_photo()))
    real, ended = drawing.drawn, []

    def drawn(key: str, *rest: Any) -> Any:
        if key == bad_key:
            ended.append(key)
            raise drawing.Ended()
        return real(key, *rest)

    bad_key = bad.key
    monkeypatch.setattr(drawing, "drawn", drawn)
    drain(drawing.DRAIN)
    assert state_of(good) == ("ready", "")
    assert state_of(bad) == ("waiting", "broken")
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        drain(drawing.DRAIN)
    assert state_of(bad) == ("broken", "broken")
    assert len(ended) == 2


def test_a_drawing_is_shown_as_a_picture_only(sign_in: SignIn) -> None:
    jana = a_manager()
    file = a_file(a_project(a_client()), jana, "Logo.svg", samples.a_drawing_with_a_script())
    drain(drawing.DRAIN)
    browser, address = sign_in(jana), f"/versions/{newest(file).public_id}/preview"
    answer = browser.get(address, headers={"Sec-Fetch-Dest": "image"})
    assert answer.data == samples.a_drawing_with_a_script()
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    policy = answer.headers["Content-Security-Policy"]
    assert policy == "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.get(address, headers={"Sec-Fetch-Dest": "document"}).status_code == 404
    known = {"If-None-Match": answer.headers["ETag"]}
    assert browser.get(address, headers=known).status_code == 304
    page = soup(browser.get(f"/files/{file.public_id}"))
    picture = page.select_one(".stage img")
    assert picture and (picture["width"], picture["height"]) == ("40", "20")
    assert not page.select("svg script, object, embed, iframe")


def test_films_and_sounds_are_played_in_pieces(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    film = a_file(project, jana, "Spot.mp4", samples.a_film())
    sound = a_file(project, jana, "Jingle.mp3", b"ID3\x03" + bytes(3_000))
    browser = sign_in(jana)
    address = f"/versions/{newest(film).public_id}/preview"
    player = soup(browser.get(f"/files/{film.public_id}")).select_one("video")
    assert player and (player["src"], player["preload"]) == (address, "metadata")
    assert soup(browser.get(f"/files/{sound.public_id}")).select_one("audio[controls]")
    piece = browser.get(address, headers={"Range": "bytes=4-11"})
    assert (piece.status_code, piece.data) == (206, b"ftypisom")
    assert piece.headers["Content-Type"] == "video/mp4"
    assert drain(drawing.DRAIN) == 0


def test_text_is_shown_as_text(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    page = a_file(
        project, jana, "Seite.html", b"<html><script>alert('x')</script>Gr\xc3\xbc\xc3\x9fe"
    )
    browser = sign_in(jana)
    answer = browser.get(f"/files/{page.public_id}")
    assert "<script>alert" not in answer.text
    assert "<script>alert('x')</script>Grüße" in soup(answer).select_one(".stage pre").text
    notes = a_file(project, jana, "Notiz.md", "# Öffnung\n\n**Mo** <b>x</b>".encode())
    shown = soup(browser.get(f"/files/{notes.public_id}")).select_one(".stage .prose")
    assert shown.select_one("h3").text == "Öffnung"
    assert not shown.select("b")
    long = a_file(project, jana, "Lang.txt", "ä".encode() * 200_000)
    text = soup(browser.get(f"/files/{long.public_id}"))
    assert text.select_one(".stage pre").text == "ä" * 100_000
    assert "only the beginning" in text.text


def test_an_approval_shows_the_pictures_and_the_home_page_a_small_one(sign_in: SignIn) -> None:
    asked = an_open_approval()
    a_version(asked.file, asked.jana, samples.a_photo(), "Plakat.jpg")
    drain(drawing.DRAIN)
    browser = sign_in(asked.annette)
    for path in (asked.path, f"{asked.path}/changes"):
        picture = soup(browser.get(path)).select_one(".stage img")
        assert picture and (picture["width"], picture["height"]) == ("600", "800")
    lead = soup(browser.get("/")).select_one(".lead img")
    assert lead and (lead["width"], lead["height"]) == ("600", "800")
    assert browser.get(str(lead["src"])).mimetype == "image/webp"
    assert "size=small" in str(lead["src"])


def test_a_page_costs_as_many_queries_for_many_pages_as_for_one(
    sign_in: SignIn, count_queries: Any
) -> None:
    jana = a_manager()
    file = a_file(a_project(a_client()), jana, "Handbuch.pdf", samples.a_pdf(1))
    draw_all()
    browser, path = sign_in(jana), f"/files/{file.public_id}"
    browser.get(path)
    with count_queries() as few:
        browser.get(path)
    for number in range(2, 30):
        db.session.add(Preview(version_id=newest(file).id, page=number, due_at=clock.now()))
    draw_all()
    with count_queries() as many:
        assert len(soup(browser.get(path)).select(".stage img")) == 29
    assert len(many) == len(few)


def test_no_bytes_stay_when_the_row_cannot_be_written(
    agency: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    jana = a_manager()
    a_file(a_project(a_client()), jana, "Foto.jpg", samples.a_photo())
    before = set(storage().keys())

    def fail(*_: Any) -> None:
        raise RuntimeError("no row today")

    monkeypatch.setattr(Preview, "show", fail)
    drain(drawing.DRAIN)
    assert set(storage().keys()) == before


def test_of_two_workers_at_the_same_page_the_first_one_counts(
    agency: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_file(a_project(a_client()), a_manager(), "Foto.jpg", samples.a_photo())
    real = drawing.drawn

    def drawn_late(*job: Any) -> Any:
        made = real(*job)
        draw_all()
        return made

    monkeypatch.setattr(drawing, "drawn", drawn_late)
    drain(drawing.DRAIN)
    (preview,) = every(select(Preview))
    assert (preview.is_ready, preview.due_at, preview.width) == (True, None, 8)


@pytest.mark.only("sqlite")
def test_the_web_process_never_loads_what_reads_pictures(tmp_path: Path) -> None:
    shutil.copy(empty_database(), tmp_path)
    code = (
        "import sys, pathlib\n"
        "from app import create_app\n"
        "from app.settings import Settings\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "app = create_app(Settings(url='http://localhost', instance=folder, secret_key='x' * 50))\n"
        "assert app.test_client().get('/sign-in').status_code in (200, 303)\n"
        "heavy = {'PIL', 'pillow_heif', 'pypdfium2', 'fpdf'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def once() -> Preview:
    """Do the one thing that is due first, and give its row."""
    first = db.session.scalars(Preview.due().limit(1)).one()
    turns = iter((False, True))
    assert drain(drawing.DRAIN, lambda: next(turns)) == 1
    return first


def state_of(version: Version) -> tuple[str, str] | None:
    found = every(select(Preview).where(Preview.version_id == version.id, Preview.page == 1))
    return (found[0].state, found[0].problem) if found else None


def soup(answer: Any) -> Any:
    return BeautifulSoup(answer.text, "html.parser")
