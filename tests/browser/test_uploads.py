"""Large files in a real browser: cut off, killed, reloaded, and there in the end, byte for byte."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app.blueprints.files.transfers import Transfer
from app.blueprints.files.versions import Version
from app.core.storage import storage
from app.extensions import db
from tests.browser.conftest import DESKTOP
from tests.browser.portal import Portal
from tests.builders import a_client, a_manager, a_project, an_agency

Window = Callable[..., Page]
MB = 1_000_000
SLOWLY = 6 * MB  # bytes in a second


@pytest.fixture
def page(portal: Portal, window: Window) -> Page:
    """The files of a project, as the agency sees them."""
    with portal.app().app_context():
        an_agency()
        email = a_manager(language="de").email
        project = a_project(a_client()).public_id
        db.session.commit()
    page = window(**DESKTOP)
    page.goto(portal.sign_in_link(email, f"/projects/{project}/files"))
    page.get_by_role("button", name="Anmelden").click()
    expect(page.locator("input[type=file]")).to_be_attached()
    return page


def test_several_files_go_up_at_once_and_are_in_the_list_then(
    portal: Portal, page: Page, tmp_path: Path
) -> None:
    films = [a_film(tmp_path, f"Film_{number}.mp4", MB) for number in range(5)]
    choose(page, *films)
    for film in films:
        expect(page.locator("#file-list").get_by_role("link", name=film.name).first).to_be_visible()
    expect(page.locator("#uploads")).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("5 Dateien sind da.")
    assert sorted(stored(portal)) == sorted(map(sha, films))


def test_an_upload_goes_on_by_itself_after_the_portal_was_killed(
    portal: Portal, page: Page, tmp_path: Path
) -> None:
    film = a_film(tmp_path, "Film.mp4", 30 * MB)
    slow_down(page)
    choose(page, film)
    wait_for_progress(page, 35)
    portal.kill("web")
    portal.start("web")
    expect(page.locator("#file-list").get_by_role("link", name="Film.mp4").first).to_be_visible(
        timeout=40_000
    )
    assert stored(portal) == [sha(film)]


def test_an_upload_goes_on_when_the_network_is_back(
    portal: Portal, page: Page, tmp_path: Path
) -> None:
    film = a_film(tmp_path, "Film.mp4", 30 * MB)
    slow_down(page)
    choose(page, film)
    wait_for_progress(page, 35)
    slow_down(page, offline=True)
    expect(page.locator("#uploads .error")).to_contain_text("%")
    slow_down(page)
    expect(page.locator("#file-list").get_by_role("link", name="Film.mp4").first).to_be_visible(
        timeout=40_000
    )
    assert stored(portal) == [sha(film)]


def test_after_a_reload_the_file_is_chosen_again_and_goes_on_where_it_was(
    portal: Portal, page: Page, tmp_path: Path
) -> None:
    film = a_film(tmp_path, "Film.mp4", 30 * MB)
    slow_down(page)
    choose(page, film)
    wait_for_progress(page, 50)
    page.reload()
    row = page.locator("#uploads > li")
    expect(row).to_have_count(1)
    assert begun(portal) == 1
    choose(page, film)
    expect(page.locator("#file-list").get_by_role("link", name="Film.mp4").first).to_be_visible(
        timeout=40_000
    )
    assert stored(portal) == [sha(film)]
    assert begun(portal) == 1


def test_an_upload_can_be_paused_and_cancelled(portal: Portal, page: Page, tmp_path: Path) -> None:
    film = a_film(tmp_path, "Film.mp4", 30 * MB)
    slow_down(page)
    choose(page, film)
    wait_for_progress(page, 35)
    act(page, "pause").click()
    expect(act(page, "pause")).to_be_hidden()
    expect(page.locator("#uploads .row__act [data-upload-act=resume]")).to_be_visible()
    page.locator("#uploads .row__act [data-upload-act=resume]").click()
    wait_for_progress(page, 60)
    with page.expect_response(lambda each: each.request.method == "DELETE" and each.ok):
        act(page, "cancel").click()
    expect(page.locator("#uploads")).to_be_hidden()
    assert begun(portal) == 0
    assert stored(portal) == []


def test_a_new_version_goes_up_in_pieces_with_its_note(
    portal: Portal, page: Page, tmp_path: Path
) -> None:
    first, second = a_film(tmp_path, "Film.mp4", MB), a_film(tmp_path, "Film_neu.mp4", 2 * MB)
    choose(page, first)
    page.locator("#file-list").get_by_role("link", name="Film.mp4", exact=True).click()
    page.locator("input[type=file]").set_input_files(second)
    page.locator("[name=note]").fill("Neuer Ton")
    page.get_by_role("button", name="Version 2").click()
    expect(page.locator("#versions").get_by_text("Neuer Ton")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Version 2 von „Film.mp4“ ist da.")
    assert stored(portal) == [sha(first), sha(second)]


def test_a_name_that_is_taken_asks_and_the_others_go_in_at_once(
    portal: Portal, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "neu").mkdir()
    first = [a_film(tmp_path, name, MB) for name in ("Film.mp4", "Ton.mp3")]
    again = [a_film(tmp_path / "neu", name, MB) for name in ("Film.mp4", "Ton.mp3", "Text.txt")]
    choose(page, *first)
    expect(page.locator("#toasts")).to_contain_text("2 Dateien sind da.")
    choose(page, *again)
    expect(page.locator("#file-list").get_by_role("link", name="Text.txt").first).to_be_visible()
    assert sorted(stored(portal)) == sorted(map(sha, [*first, again[2]]))
    film = page.locator("#uploads > li", has_text="Film.mp4")
    film.locator("[name=note]").fill("Neuer Ton")
    film.get_by_role("button", name="Neue Version davon").click()
    expect(page.locator("#toasts")).to_contain_text("Version 2 von „Film.mp4“ ist da.")
    sound = page.locator("#uploads > li", has_text="Ton.mp3")
    sound.get_by_role("button", name="Beide behalten").click()
    expect(page.locator("#file-list").get_by_role("link", name="Ton (2).mp3").first).to_be_visible()
    assert sorted(stored(portal)) == sorted(map(sha, first + again))
    page.locator("#file-list").get_by_role("link", name="Film.mp4", exact=True).click()
    expect(page.locator("#versions").get_by_text("Neuer Ton")).to_be_visible()


def choose(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").set_input_files(files)


def act(page: Page, name: str) -> Locator:
    return page.locator(f"#uploads [data-upload-act={name}]")


def slow_down(page: Page, offline: bool = False) -> None:
    conditions = {"offline": offline, "latency": 0, "downloadThroughput": -1}
    session = page.context.new_cdp_session(page)
    session.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": SLOWLY})


def wait_for_progress(page: Page, percent: int) -> None:
    page.wait_for_function(
        "percent => document.querySelector('#uploads progress')?.value > percent", arg=percent
    )


def stored(portal: Portal) -> list[str]:
    """The hashes of what is stored under each version."""
    with portal.app().app_context():
        keys = db.session.scalars(select(Version.key).order_by(Version.id))
        return [hashlib.sha256(b"".join(storage().read(key))).hexdigest() for key in keys]


def begun(portal: Portal) -> int:
    with portal.app().app_context():
        return len(db.session.scalars(select(Transfer.id)).all())


def a_film(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(os.urandom(size))
    return path


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
