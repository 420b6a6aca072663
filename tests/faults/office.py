"""An agency and its client at work in a real portal, over HTTP; what was acknowledged to them is noted."""

from __future__ import annotations

import base64
import hashlib
import http.client
import itertools
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.exc import OperationalError

from app.blueprints.accounts.signin import SignInLink
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.models import Approval
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.core.models import every
from app.extensions import db
from tests.browser.portal import Portal
from tests.builders import a_client, a_manager, a_project, an_agency, an_approver
from tests.deploy.visitor import Answer, Visitor, token_on

BROKEN = (OSError, http.client.HTTPException)
PIECE = 100_000
PATIENCE = 60  # seconds until somebody who was cut off gets through again
AWAY = (502, 503, 504)
TUS = {"Tus_Resumable": "1.0.0"}


class CutOff(Exception):
    """No answer came, so nobody knows whether it was done."""


@dataclass
class Person:
    """Somebody with a browser. `send` gives what was acknowledged, or raises CutOff."""

    visitor: Visitor
    token: str = ""

    def sign_in(self, link: str) -> None:
        self.visitor.sign_in(link)
        self.token = token_on(self.visitor.ask("GET", "/account"))

    def send(self, path: str, **form: Any) -> Answer:
        return self.ask("POST", path, urlencode(form, doseq=True), Content_Type=FORM)

    def send_file(self, path: str, name: str, content: bytes) -> Answer:
        head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--x--\r\n"
        return self.ask("POST", path, body, Content_Type="multipart/form-data; boundary=x")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        try:
            answer = self.visitor.ask(method, path, body, X_CSRFToken=self.token, **headers)
        except BROKEN as error:
            raise CutOff(path) from error
        if answer.status in AWAY:
            raise CutOff(path)
        assert answer.status < 400, f"{method} {path}: {answer.status} {answer.text[-2000:]}"
        return answer

    def insist(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask again until an answer comes, as one does who was cut off."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.ask(method, path, body, **headers)
            except CutOff:
                assert time.monotonic() < until, f"{path}: no answer for a long time"
                time.sleep(0.1)


FORM = "application/x-www-form-urlencoded"


@dataclass
class Office:
    """Jana of the agency and Annette of the client, who do all that can be done, again and again."""

    app: Flask
    jana: Person
    annette: Person
    project: str = ""
    decider: str = ""
    begun: Counter[str] = field(default_factory=Counter)
    said: dict[str, set[str]] = field(default_factory=dict)
    """What was acknowledged, by kind."""
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def of(cls, portal: Portal, visitor: Callable[[], Visitor] | None = None) -> Office:
        visitor = visitor or (lambda: Visitor(portal.port))
        office = cls(portal.app(), Person(visitor()), Person(visitor()))
        with office.app.app_context():
            an_agency()
            client = a_client()
            jana, annette = a_manager(), an_approver(client)
            office.project, office.decider = a_project(client).public_id, annette.public_id
            links = [SignInLink.made_for(each) for each in (jana, annette)]
            db.session.commit()
        for person, link in zip((office.jana, office.annette), links, strict=True):
            person.sign_in(link)
        return office

    def story(self) -> None:
        """A file comes and is shared, asked about, talked about, decided on; another comes and goes."""
        number = next(self.numbers)
        poster = self.upload(f"Plakat-{number}.bin", os.urandom(3 * PIECE))
        self.send("share", poster.file, self.jana, f"/files/{poster.file}/sharing")
        approval = self.ask_for(poster, f"Plakat {number}")
        self.comment(approval, f"Bitte größer, die {number}.")
        decision = {"outcome": "approved", "seen": poster.version}
        path = f"/approvals/{approval}/decisions"
        self.send("decide", approval, self.annette, path, again=True, **decision)
        text = self.give(f"Text-{number}.bin", os.urandom(1000))
        self.send("archive", text.file, self.jana, f"{self.at}/archivals", file=text.file)

    @property
    def at(self) -> str:
        return f"/projects/{self.project}"

    def send(
        self, kind: str, mark: str, who: Person, path: str, again: bool = False, **form: Any
    ) -> None:
        """Do one thing, and note that it was acknowledged; `again`: it may be sent twice."""
        self.begun[kind] += 1
        if again:
            body = urlencode(form, doseq=True)
            who.insist("POST", path, body, Content_Type=FORM)
        else:
            who.send(path, **form)
        self.said.setdefault(kind, set()).add(mark)

    def upload(self, name: str, content: bytes) -> Given:
        """Send a file in resumable pieces, and go on after each break."""
        self.begun["upload"] += 1
        about = {
            "Upload_Length": str(len(content)),
            "Upload_Metadata": f"filename {base64.b64encode(name.encode()).decode()}",
        }
        address = self.jana.ask("POST", f"{self.at}/uploads", **TUS, **about).one("Location")
        at, acknowledged = 0, 0
        while at < len(content):
            more = {"Upload_Offset": str(at), "Content_Type": "application/offset+octet-stream"}
            try:
                piece = content[at : at + PIECE]
                answer = self.jana.ask("PATCH", address, piece, **TUS, **more)
                acknowledged = int(answer.one("Upload-Offset"))
            except CutOff:
                answer = self.jana.insist("HEAD", address, **TUS)
            at = int(answer.one("Upload-Offset"))
            assert at >= acknowledged, f"{name}: {acknowledged} bytes acknowledged, {at} kept"
        return self.note_file("upload", name, content)

    def give(self, name: str, content: bytes) -> Given:
        """Send a file by the form that works without JavaScript."""
        self.begun["form"] += 1
        self.jana.send_file(f"{self.at}/files", name, content)
        return self.note_file("form", name, content)

    def note_file(self, kind: str, name: str, content: bytes) -> Given:
        self.said.setdefault(kind, set()).add(f"{name} {hashlib.sha256(content).hexdigest()}")
        with self.app.app_context():
            versions = select(Version.public_id, File.public_id).join(
                File, File.id == Version.file_id
            )
            [(version, file)] = db.session.execute(versions.where(Version.name == name))
            return Given(version, file)

    def ask_for(self, poster: Given, title: str) -> str:
        terms = {"versions": poster.version, "deciders": self.decider, "mode": "any"}
        form = {**terms, "title": title, "apart": "one", "by_mail": "y", "rhythm": "usual"}
        self.begun["ask"] += 1
        answer = self.jana.send(f"{self.at}/approvals", **form)
        self.said.setdefault("ask", set()).add(title)
        found = re.search(r"/approvals/(\w+)", answer.one("Location"))
        assert found
        return found[1]

    def comment(self, approval: str, words: str) -> None:
        self.annette.send(f"/approvals/{approval}/comments", body=words, round="1")
        sending = f"/approvals/{approval}/sendings"
        self.send("comment", words, self.annette, sending, again=True)

    def lost(self) -> list[str]:
        """What was acknowledged and is not there, or is there more than once."""
        with self.app.app_context():
            kept = {kind: Counter(every(query)) for kind, query in KEPT.items()}
            files = db.session.execute(select(Version.name, Version.sha256))
            kept["upload"] = kept["form"] = Counter(f"{name} {sha}" for name, sha in files)
        gone = [
            f"{kind} {mark}: acknowledged, and gone."
            for kind, marks in self.said.items()
            for mark in marks
            if not kept[kind][mark]
        ]
        twice = [
            f"{kind} {mark}: there {count} times."
            for kind, found in kept.items()
            for mark, count in found.items()
            if count > 1
        ]
        return gone + twice


@dataclass(frozen=True)
class Given:
    """A file that has come, and its version."""

    version: str
    file: str


KEPT: dict[str, Select[str]] = {
    "share": select(File.public_id).where(File.shared_at.is_not(None)),
    "ask": select(Approval.title),
    "comment": select(Comment.body).where(Comment.sent_at.is_not(None)),
    "decide": select(Approval.public_id).join(Decision, Decision.approval_id == Approval.id),
    "archive": select(File.public_id).where(File.archival_id.is_not(None)),
}


class Busy:
    """Some threads in which the office works, until the block ends; their first failure is raised then."""

    def __init__(self, office: Office, people: int = 3) -> None:
        self.office, self.stopped = office, threading.Event()
        self.failures: list[BaseException] = []
        self.threads = [threading.Thread(target=self._work, daemon=True) for _ in range(people)]

    def __enter__(self) -> Busy:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE)
        if self.failures:
            raise self.failures[0]

    def _work(self) -> None:
        while not self.stopped.is_set() and not self.failures:
            try:
                self.office.story()
            except (CutOff, OperationalError):
                time.sleep(0.1)
            except BaseException as error:
                self.failures.append(error)
