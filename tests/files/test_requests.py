"""Requests for files: asked, given, accepted or returned, and done when all is accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.files.requests.items import Overtaken, RequestedItem
from app.blueprints.files.requests.models import FileRequest, Need
from app.blueprints.files.requests.waiting import on_reader, with_clients
from app.blueprints.projects.models import Project
from app.core import clock
from app.core.errors import Conflict
from app.core.features import Waiting
from app.extensions import db
from tests.builders import a_client, a_contributor, a_manager, a_project, a_viewer
from tests.files.builders import a_file


@dataclass
class Asked:
    """An open request, and the people around it."""

    request: FileRequest
    logo: RequestedItem
    photos: RequestedItem
    project: Project
    client: Client
    jana: User
    murat: User

    def gives(self, item: RequestedItem, name: str = "Foto.png") -> bool:
        """Murat uploads something for an item."""
        given = item.give(a_file(self.project, self.murat, name), self.murat)
        db.session.commit()
        return given


def an_open_request(**more: Any) -> Asked:
    """Jana needs a logo and photos from the bakery; Murat can upload them."""
    client = a_client()
    project, jana, murat = a_project(client), a_manager(), a_contributor(client)
    needs = [Need("Logo als Vektordatei"), Need("Drei Fotos", "Querformat")]
    request = FileRequest.ask(project, jana, "Material", needs, **more)
    db.session.commit()
    logo, photos = request.current_items()
    return Asked(request, logo, photos, project, client, jana, murat)


def waiting(source: Callable[[User], Any], user: User) -> list[Waiting]:
    db.session.commit()
    with current_app.test_request_context(headers={"Accept-Language": "en"}):
        return list(source(user))


def test_a_request_waits_for_whoever_can_give_until_all_is_accepted(app: Any, agency: Any) -> None:
    asked = an_open_request(due_at=clock.now() + timedelta(days=2))
    (entry,) = waiting(on_reader, asked.murat)
    assert entry.due_at == asked.request.due_at
    assert "2 of 2 are missing: Logo als Vektordatei, Drei Fotos" in str(entry.kind)
    assert waiting(on_reader, a_viewer(asked.client)) == []
    assert [each.title for each in waiting(with_clients, asked.jana)] == ["Material"]
    for item in (asked.logo, asked.photos):
        asked.gives(item)
    assert waiting(on_reader, asked.murat) == waiting(with_clients, asked.jana) == []
    (entry,) = waiting(on_reader, asked.jana)
    assert (entry.who, entry.due_at) == ("Murat Yıldız", None)
    for item in (asked.logo, asked.photos):
        item.accept(asked.jana, item.seen)
    assert asked.request.state == "done"
    assert waiting(on_reader, asked.jana) == []


def test_what_is_returned_waits_for_the_client_again_with_the_reason(app: Any, agency: Any) -> None:
    asked = an_open_request()
    for item in (asked.logo, asked.photos):
        asked.gives(item)
        item.accept(asked.jana, item.seen)
    asked.logo.send_back(asked.jana, "Bitte als SVG", asked.logo.seen)
    db.session.commit()
    assert (asked.request.state, asked.logo.reason) == ("open", "Bitte als SVG")
    assert len(waiting(on_reader, asked.murat)) == 1
    asked.gives(asked.logo, "Logo.svg")
    assert asked.logo.is_given
    assert waiting(on_reader, asked.murat) == []


def test_nobody_accepts_what_came_in_a_moment_ago(app: Any, agency: Any) -> None:
    asked = an_open_request()
    asked.gives(asked.photos, "Foto 1.png")
    seen = asked.photos.seen
    asked.gives(asked.photos, "Foto 2.png")
    with pytest.raises(Overtaken):
        asked.photos.accept(asked.jana, seen)
    assert asked.photos.accept(asked.jana, asked.photos.seen)
    assert not asked.photos.accept(asked.jana, seen), "pressed twice"
    asked.gives(asked.photos, "Foto 3.png")
    assert asked.photos.is_given, "what came after the look waits for another"


def test_there_is_nothing_to_say_about_what_a_colleague_has_given(app: Any, agency: Any) -> None:
    asked = an_open_request()
    seen = asked.logo.seen
    asked.gives(asked.logo)
    with pytest.raises(Overtaken):
        asked.logo.lack(asked.murat, "Haben wir nicht", seen)
    asked.photos.lack(asked.murat, "Der Fotograf war krank", asked.photos.seen)
    assert (asked.photos.state, asked.photos.is_missing) == ("absent", False)


def test_what_the_agency_uploads_itself_needs_no_look(app: Any, agency: Any) -> None:
    asked = an_open_request()
    file = a_file(asked.project, asked.jana, "Logo.svg")
    asked.logo.give(file, asked.jana)
    assert asked.logo.is_accepted
    assert file.is_shared


def test_what_comes_after_the_end_is_a_file_like_any_other(app: Any, agency: Any) -> None:
    asked = an_open_request()
    asked.logo.withdraw()
    assert not asked.gives(asked.logo)
    assert asked.logo.state == "withdrawn"
    with pytest.raises(Conflict):
        asked.photos.withdraw()
    asked.request.close()
    assert not asked.gives(asked.photos)
    assert waiting(on_reader, asked.murat) == []
    asked.request.reopen()
    assert asked.request.state == "open"
    assert asked.gives(asked.photos)


def test_a_request_can_ask_for_more_later(app: Any, agency: Any) -> None:
    asked = an_open_request()
    for item in (asked.logo, asked.photos):
        item.accept(asked.jana, item.seen)
    needs = [Need("Logo, bunt", item=asked.logo.public_id), Need("Schriften")]
    asked.request.change("Material", needs, message="", due_at=None)
    db.session.commit()
    assert asked.request.state == "open"
    titles = [item.title for item in asked.request.current_items()]
    assert titles == ["Logo, bunt", "Drei Fotos", "Schriften"]
    asked.logo.withdraw()
    with pytest.raises(Overtaken):
        asked.request.change("Material", needs, message="", due_at=None)


def test_of_many_missing_things_the_first_few_are_named(app: Any, agency: Any) -> None:
    asked = an_open_request()
    more = [Need(f"Text {number}") for number in range(4)]
    asked.request.change("Material", more, message="", due_at=None)
    db.session.commit()
    (entry,) = waiting(on_reader, asked.murat)
    assert str(entry.kind).endswith("Logo als Vektordatei, Drei Fotos, Text 0 and 3 more")


def test_a_finished_project_waits_for_nothing_and_takes_nothing(app: Any, agency: Any) -> None:
    asked = an_open_request()
    file = a_file(asked.project, asked.murat)
    asked.project.finish()
    assert waiting(on_reader, asked.murat) == waiting(with_clients, asked.jana) == []
    assert not asked.logo.give(file, asked.murat)
    with pytest.raises(Conflict):
        asked.request.close()
