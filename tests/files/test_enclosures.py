"""Pictures and files that go with updates: shown to whoever reads the update, and to nobody else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app.blueprints.files.drawing import DRAIN
from app.blueprints.files.enclosures import Enclosure
from app.blueprints.files.folders import Folder
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.blueprints.projects.letters import update_letter
from app.blueprints.projects.models import Project
from app.blueprints.projects.updates import Update
from app.core import features
from app.core.due import drain
from app.core.events import Event
from app.core.models import every, one
from app.core.storage import storage
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.files.builders import a_file, a_picture, a_version, draw_all, how_many, newest
from tests.files.samples import a_photo

SignIn = Callable[[Any], Any]

only_once = pytest.mark.only("sqlite")


def told(pictures: Iterable[tuple[str, bytes]] = (), **more: Any) -> dict[str, Any]:
    """An update as its form sends it."""
    parts = [FileStorage(io.BytesIO(content), filename=name) for name, content in pictures]
    return {
        "title": "Der Stand steht",
        "body": "Drei Tage, zwei Leitern.",
        "pictures": parts,
        **more,
    }


def path(project: Project) -> str:
    return f"/projects/{project.public_id}"


def test_pictures_stand_in_the_update_and_lie_in_a_folder(sign_in: SignIn) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    pictures = [("IMG_1.jpg", a_picture(30, 20)), ("IMG_2.jpg", a_picture(20, 30))]
    form = told(pictures, alts="Der Stand von vorn\r\nDie Theke")
    answer = sign_in(jana).post(f"{path(project)}/updates", data=form)
    assert answer.location == f"{path(project)}#updates"
    draw_all()
    folder = one(select(Folder))
    assert folder is not None and folder.name == "Bilder der Berichte"
    files = every(select(File).order_by(File.id))
    assert [(file.folder_id, file.is_shared) for file in files] == [(folder.id, True)] * 2
    page = sign_in(annette).get(path(project)).text
    assert re.findall(r'<img[^>]* alt="([^"]+)" loading="lazy">', page) == [
        "Der Stand von vorn",
        "Die Theke",
    ]
    assert f"/versions/{newest(files[0]).public_id}/preview" in page
    assert f"/versions/{newest(files[0]).public_id}/content" not in page
    assert list(every(select(Event.verb).where(Event.subject_type == "file"))) == [
        "picture.posted",
        "picture.posted",
    ]


@only_once
def test_a_second_update_uses_the_same_folder(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser = sign_in(jana)
    for _ in range(2):
        browser.post(f"{path(project)}/updates", data=told([("Stand.png", a_picture())]))
    assert how_many(Folder) == 1 and how_many(Enclosure) == 2
    assert {file.name for file in every(select(File))} == {"Stand.png", "Stand (2).png"}


@only_once
def test_a_phone_photo_is_upright_and_says_nothing_of_where_it_was_taken(sign_in: SignIn) -> None:
    client = a_client()
    project, annette = a_project(client), an_approver(client)
    form = told([("IMG_4821.JPG", a_photo(size=(800, 600)))])
    sign_in(a_manager()).post(f"{path(project)}/updates", data=form)
    drain(DRAIN)
    browser = sign_in(annette)
    page = browser.get(path(project)).text
    found = re.search(
        r'<img src="([^"]+)"[^>]*width="600" height="800" alt="Picture: IMG_4821.JPG"', page
    )
    assert found is not None
    shown = browser.get(found[1].replace("&amp;", "&"))
    with Image.open(io.BytesIO(shown.data)) as picture:
        assert picture.size == (600, 800) and not picture.getexif()


@only_once
def test_until_a_picture_is_drawn_the_page_asks_for_it(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    browser = sign_in(jana)
    browser.post(f"{path(project)}/updates", data=told([("Stand.png", a_picture())], alts="Stand"))
    enclosure = one(select(Enclosure))
    assert enclosure is not None
    address = f"/enclosures/{enclosure.public_id}"
    assert f'hx-get="{address}?looks=1"' in browser.get(path(project)).text
    assert "hx-get" not in browser.get(f"{address}?looks=30").text
    draw_all()
    assert 'alt="Stand"' in browser.get(address).text


@only_once
def test_what_is_no_picture_is_refused_and_nothing_is_kept(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    before = set(storage().keys())
    form = told([("Stand.png", a_picture()), ("Stand.jpg", b"<svg onload='alert(1)'/>")])
    answer = sign_in(jana).post(f"{path(project)}/updates", data=form)
    assert answer.status_code == 422
    assert "“Stand.jpg” is no picture that can be shown here." in answer.text
    assert (how_many(Update), how_many(File)) == (0, 0)
    assert set(storage().keys()) == before


@only_once
def test_an_update_of_a_finished_project_leaves_no_bytes(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    project.finish()
    before = set(storage().keys())
    answer = sign_in(jana).post(f"{path(project)}/updates", data=told([("Stand.png", a_picture())]))
    assert answer.status_code == 409
    assert how_many(Update) == 0
    assert set(storage().keys()) == before


def test_internal_files_go_with_an_update_only_if_that_is_said(sign_in: SignIn) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    file = a_file(project, jana, "Plakat.png")
    third = a_version(file, jana)
    browser = sign_in(jana)
    assert "Plakat.png, version 2 (internal)" in browser.get(f"{path(project)}/updates/new").text
    form = told(versions=third.public_id)
    answer = browser.post(f"{path(project)}/updates", data=form)
    assert answer.status_code == 422 and "Some of these files are internal." in answer.text
    assert not file.is_shared and how_many(Update) == 0
    browser.post(f"{path(project)}/updates", data={**form, "share": "y"})
    a_version(file, jana)
    update = one(select(Event).where(Event.verb == "update.posted"))
    assert update is not None
    letter = update_letter(update, annette)
    assert letter is not None and "With it: Plakat.png (version 2)" in letter.text
    page = sign_in(annette).get(path(project)).text
    assert f"/files/{file.public_id}?version=2" in page
    shared = one(select(Event).where(Event.verb == "file.shared"))
    assert shared is not None and shared.facts["version"] == 2


@only_once
def test_pictures_are_seen_where_files_are_hidden_and_files_are_not(sign_in: SignIn) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    update = Update.post(project, jana, "Neues", "Da.")
    shown, named = (newest(a_file(project, jana, name, shared=True)) for name in ("A.png", "B.png"))
    Enclosure.show(update, shown, "Der Stand")
    Enclosure.point_to(update, named)
    project.show("files", False)
    draw_all()
    browser = sign_in(annette)
    page = browser.get(path(project)).text
    assert 'alt="Der Stand"' in page and "B.png" not in page
    assert browser.get(f"/versions/{shown.public_id}/preview").status_code == 200
    assert browser.get(f"/versions/{named.public_id}/preview").status_code == 404
    assert "Which files belong to it?" not in sign_in(jana).get(f"{path(project)}/updates/new").text
    project.show("updates", False)
    assert browser.get(f"/versions/{shown.public_id}/preview").status_code == 404


@only_once
def test_a_picture_that_became_internal_is_gone_from_the_update(sign_in: SignIn) -> None:
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    file = a_file(project, jana, shared=True)
    Enclosure.show(Update.post(project, jana, "Neues", "Da."), newest(file), "Der Stand")
    draw_all()
    file.unshare()
    assert "Der Stand" not in sign_in(annette).get(path(project)).text
    assert "Der Stand" in sign_in(jana).get(path(project)).text


@only_once
def test_updates_go_on_without_files(sign_in: SignIn) -> None:
    project, jana = a_project(a_client()), a_manager()
    Enclosure.show(
        Update.post(project, jana, "Neues", "Da."), newest(a_file(project, jana)), "Der Stand"
    )
    features.switch("files", False)
    browser = sign_in(jana)
    assert 'name="pictures"' not in browser.get(f"{path(project)}/updates/new").text
    browser.post(f"{path(project)}/updates", data={"title": "Mehr", "body": "Da."})
    page = browser.get(path(project)).text
    assert "Mehr" in page and "Der Stand" not in page
    assert how_many(Version) == 1
