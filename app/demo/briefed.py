"""A project of the demo for which the client was asked for files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.blueprints.files.models import File
from app.blueprints.files.requests import letters
from app.blueprints.files.requests.items import RequestedItem
from app.blueprints.files.requests.models import FileRequest, Need
from app.blueprints.files.requests.place import folder_to_fill
from app.core.models import one
from app.demo.work import Work, stored


class BriefedWork(Work):
    """Work that began with things that the client had to give. `what` is the title of one of them."""

    def needs(
        self, ago: int, at: str, by: str, title: str, why: str, due: datetime, *needs: Need
    ) -> None:
        def ask() -> None:
            person = self._person(by)
            asked = FileRequest.ask(self.project, person, title, needs, message=why, due_at=due)
            self._noted_need("request.asked", asked, asked, by)
            letters.ask(asked, person)

        self.story.then(ago, at, ask)

    def brings(self, ago: int, at: str, by: str, what: str, name: str, source: str) -> None:
        """Somebody of the client uploads what was asked for."""

        def give() -> None:
            item, person = self._item(what), self._person(by)
            folder = folder_to_fill(item.request, person)
            version = File.add(self.project, stored(source, name), person, folder)
            item.give(version.file, person)
            self._noted_need("item.given", item, item.request, by)
            self._noted_version("file.uploaded", version.file, version, by)

        self.story.then(ago, at, give)

    def ticks_off(self, ago: int, at: str, by: str, what: str) -> None:
        def accept() -> None:
            item = self._item(what)
            item.accept(self._person(by), item.seen)
            self._noted_need("item.accepted", item, item.request, by)

        self.story.then(ago, at, accept)

    def _item(self, what: str) -> RequestedItem:
        asked = one(FileRequest.of_project(self._person(self.lead), self.project).limit(1))
        assert asked is not None
        return next(item for item in asked.current_items() if item.title == what)

    def _noted_need(self, verb: str, subject: Any, asked: FileRequest, by: str) -> None:
        self._noted(verb, subject, by, name=subject.title, request=asked.public_id)
