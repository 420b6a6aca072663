"""A project of the demo, from its start to its end, told with the models' own words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import FileStorage

from app.blueprints.approvals import letters, log
from app.blueprints.approvals.answering import answer
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.reminders import FollowUp
from app.blueprints.approvals.reminding import look, remind_now
from app.blueprints.clients.access import people_who
from app.blueprints.files.enclosing import picture_folder
from app.blueprints.files.enclosures import Enclosure
from app.blueprints.files.folders import Folder
from app.blueprints.files.links import Link
from app.blueprints.files.models import File
from app.blueprints.files.texts import written
from app.blueprints.files.uploads import Upload, type_of_part
from app.blueprints.files.versions import Version
from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project
from app.blueprints.projects.stages import Stage
from app.blueprints.projects.updates import Note, Update
from app.core.models import every, one
from app.demo.story import DEVICES, Story
from app.extensions import db

FILES = Path(__file__).parent / "files"


class Work:
    """One project; each method writes a step of it into the story.

    `ago` and `at` are those of Story.moment; `by` is the key of a person.
    """

    def __init__(self, story: Story, client: str, name: str, lead: str, *team: str) -> None:
        self.story, self.client, self.name = story, client, name
        self.lead, self.team = lead, team
        self.files: dict[str, File] = {}
        self.folders: dict[str, Folder] = {}
        self.dates: dict[str, Milestone] = {}
        self.approvals: dict[str, Approval] = {}
        self.number = 0

    @property
    def project(self) -> Project:
        """The project as it is now, with all that letters and the log say of it."""
        with_relations = (joinedload(Project.client), joinedload(Project.lead))
        query = select(Project).where(Project.id == self.number).options(*with_relations)
        db.session.flush()
        return db.session.scalars(query.execution_options(populate_existing=True)).one()

    def starts(self, ago: int, at: str, about: str, due: int) -> None:
        def start() -> None:
            by = self._person(self.lead)
            days = {"starts_on": self.story.day(-ago), "due_on": self.story.day(due)}
            client = self.story.clients[self.client]
            project = Project.start(client, self.name, by, about=about, **days)
            self.number = project.id
            project.staff_with(self._person(each).id for each in (self.lead, *self.team))
            self._noted("project.started", self.project, self.lead, name=self.name)

        self.story.then(ago, at, start)

    def stands(self, ago: int, at: str, by: str, stage: int, words: str, health: str) -> None:
        def report() -> None:
            project, at_stage = self.project, Stage.in_order()[stage - 1]
            project.stage_id = at_stage.id
            project.report(health, words, self._person(by))
            facts = {"health": health, "words": words, "stage": at_stage.name}
            self._noted("status.reported", project, by, name=self.name, **facts)

        self.story.then(ago, at, report)

    def tells(
        self,
        ago: int,
        at: str,
        by: str,
        title: str,
        body: str,
        picture: tuple[str, str, str] | None = None,
        file: str = "",
    ) -> None:
        """An update; `picture`: its source, its name and what it shows; `file`: the name of one that belongs to it."""

        def post() -> None:
            update = Update.post(self.project, self._person(by), title, body)
            if picture:
                self._shows(update, by, *picture)
            if file:
                Enclosure.point_to(update, self.newest(file))
            self._noted("update.posted", update, by, name=title, update=update.public_id)

        self.story.then(ago, at, post)

    def notes(self, ago: int, at: str, by: str, body: str) -> None:
        def write() -> None:
            note = Note.write(self.project, self._person(by), body)
            self._noted("note.written", note, by, internal=True)

        self.story.then(ago, at, write)

    def plans(self, ago: int, at: str, title: str, day: int) -> None:
        def plan() -> None:
            self.dates[title] = Milestone.plan(self.project, title, self.story.day(day))
            self._noted_date("milestone.planned", title)

        self.story.then(ago, at, plan)

    def reaches(self, ago: int, at: str, title: str) -> None:
        def reach() -> None:
            self.dates[title].reach(self.story.day(-ago))
            self._noted_date("milestone.reached", title)

        self.story.then(ago, at, reach)

    def sorts(self, ago: int, at: str, by: str, name: str) -> None:
        """Somebody makes a folder for what comes next."""

        def make() -> None:
            folder = self.folders[name] = Folder.make(self.project, name, self._person(by))
            facts = {"name": name, "folder": folder.public_id}
            self._noted("folder.made", folder, by, internal=folder.is_internal, **facts)

        self.story.then(ago, at, make)

    def gives(
        self,
        ago: int,
        at: str,
        by: str,
        name: str,
        source: str,
        shared: bool = True,
        into: str = "",
    ) -> None:
        def upload() -> None:
            folder = self.folders.get(into)
            version = File.add(self.project, stored(source, name), self._person(by), folder)
            file = self.files[name] = version.file
            if shared:
                file.share(self._person(by))
            self._noted_version("file.uploaded", file, version, by, internal=not shared)

        self.story.then(ago, at, upload)

    def links(
        self, ago: int, at: str, by: str, title: str, url: str, note: str, shared: bool = True
    ) -> None:
        def add() -> None:
            person = self._person(by)
            version = File.add(self.project, Link.to(url, title), person, note=note)
            if shared:
                version.file.share(person)
            self._noted_version("link.added", version.file, version, by, internal=not shared)

        self.story.then(ago, at, add)

    def writes(self, ago: int, at: str, by: str, title: str, text: str) -> None:
        def write() -> None:
            with written(text, f"{title}.md") as upload:
                version = File.add(self.project, upload, self._person(by))
            version.file.share(self._person(by))
            self._noted_version("text.written", version.file, version, by)

        self.story.then(ago, at, write)

    def renews(
        self,
        ago: int,
        at: str,
        by: str,
        name: str,
        source: str,
        note: str,
        due: datetime,
    ) -> None:
        """A newer version comes; what asks for a decision on the file says so, with a new deadline."""

        def upload() -> None:
            file = self.files[name]
            for approval in every(Approval.asking_for(file.id)):
                approval.due_at = due
            version = file.add_version(stored(source, name), self._person(by), note)
            self._noted_version("version.uploaded", version, version, by)

        self.story.then(ago, at, upload)

    def asks(
        self,
        ago: int,
        at: str,
        by: str,
        title: str,
        name: str,
        message: str,
        due: datetime,
        rounds: int | None = None,
    ) -> None:
        """Somebody asks for a decision; `rounds`: so many are agreed."""

        def ask() -> None:
            project, person = self.project, self._person(by)
            versions = [self.newest(name)]
            deciders = every(people_who("decide", project.client_id))
            approval = Approval.ask(
                project,
                versions,
                deciders,
                person,
                title=title,
                message=message,
                due_at=due,
                rounds_agreed=rounds,
            )
            self.approvals[title] = approval
            log.asked(approval, DEVICES[by])
            letters.ask_for_all(approval)

        self.story.then(ago, at, ask)

    def decides(self, ago: int, at: str, by: str, title: str, reason: str = "") -> None:
        """Somebody approves, or wants changes if there is a reason."""

        def decide() -> None:
            approval, outcome = self.approvals[title], "changes" if reason else "approved"
            seen = ",".join(sorted(item.version.public_id for item in approval.current_items()))
            person, where = self._person(by), DEVICES[by]
            answer(approval, person, outcome, reason, seen, where)

        self.story.then(ago, at, decide)

    def follows_up(self, ago: int, until: int, title: str) -> None:
        """The worker looks on these working mornings whether somebody is to be reminded."""
        for day in range(ago, until - 1, -1):
            self.story.then(day, "09:00", lambda: look(FollowUp.of(self.approvals[title])))

    def reminds(self, ago: int, at: str, by: str, title: str) -> None:
        """Somebody of the agency reminds by hand."""
        person = self._person
        self.story.then(ago, at, lambda: remind_now(self.approvals[title], person(by), DEVICES[by]))

    def ends(self, ago: int, at: str) -> None:
        def finish() -> None:
            self.project.finish()
            self._noted("project.finished", self.project, self.lead, name=self.name)

        self.story.then(ago, at, finish)

    def _shows(self, update: Update, by: str, source: str, name: str, alt: str) -> None:
        project, person = self.project, self._person(by)
        version = File.add(project, stored(source, name), person, picture_folder(project, person))
        version.file.share(person)
        self._noted_version("picture.posted", version.file, version, by)
        Enclosure.show(update, version, alt)

    def _person(self, key: str) -> Any:
        return self.story.people[key]

    def newest(self, name: str) -> Version:
        """The newest version of a file of the project."""
        file = self.files[name]
        mine = (Version.file_id == file.id, Version.number == file.number)
        version = one(select(Version).where(*mine).options(joinedload(Version.file)))
        assert version is not None
        return version

    def _noted(self, verb: str, subject: Any, by: str, **facts: Any) -> None:
        project = self.project
        facts |= {"in_project": project.public_id, "project_name": project.name}
        self.story.noted(verb, subject, by, project=project, client=project.client, **facts)

    def _noted_date(self, verb: str, title: str) -> None:
        milestone = self.dates[title]
        self._noted(verb, milestone, self.lead, name=title, on=milestone.on.isoformat())

    def _noted_version(
        self, verb: str, subject: Any, version: Version, by: str, **more: Any
    ) -> None:
        facts = {"file": version.file.public_id, "name": version.name, "version": version.number}
        facts |= {"sha256": version.sha256, "size": version.size, "note": version.note}
        facts |= {"url": version.url} if version.is_link else {}
        facts |= {"copy_sha256": version.copy_sha256} if version.copy_sha256 else {}
        self._noted(verb, subject, by, **facts, **more)


def stored(source: str, name: str) -> Upload:
    """Put a file of the demo into the storage, as if it had been uploaded under this name."""
    with (FILES / source).open("rb") as stream:
        part = FileStorage(stream, filename=name)
        return Upload.store(part, type_of_part(part))
