"""What tests of projects need beyond tests/builders.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Flask

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client
from app.blueprints.projects.milestones import Milestone
from app.blueprints.projects.models import Project
from app.blueprints.projects.updates import Note, Update
from app.core.events import record
from app.core.features import CalendarDate, Feature, Tab, Verb, Waiting
from app.extensions import db

NOW = datetime(2026, 9, 22, 7, 30, tzinfo=UTC)
PRETEND = Feature("pretend", "Pretended", Blueprint("pretend", __name__), section=True)


def an_update(project: Project, by: User, title: str = "Plakat fertig") -> Update:
    return Update.post(project, by, title, "Version 3 ist **da**.")


def a_note(project: Project, by: User, body: str = "Zahlt immer spät.") -> Note:
    return Note.write(project, by, body)


def a_milestone(
    project: Project, title: str = "Druckdaten", on: date = date(2026, 9, 24)
) -> Milestone:
    return Milestone.plan(project, title, on)


def a_waiting(project: Project, title: str = "Plakat, Version 3", **more: Any) -> Waiting:
    """Something that waits in a project, of which the pages need no more than its number."""
    client = db.session.get(Client, project.client_id)
    assert client is not None
    whole = Waiting(
        title=title,
        url="/there",
        icon="approved",
        action="Decide",
        project=SimpleNamespace(id=project.id),
        project_name=project.name,
        client_name=client.name,
        since=datetime(2026, 9, 20, 7, 0, tzinfo=UTC),
    )
    return replace(whole, **more)


def happened(verb: str, project: Project, by: User, **facts: Any) -> None:
    """Write a line of the log, as a route does."""
    facts = {"name": "Plakat fertig", "update": "abc", **facts}
    client = db.session.get(Client, project.client_id)
    record(
        verb, project, by=by, project=project, client=client,
        in_project=project.public_id, project_name=project.name, **facts,
    )  # fmt: skip
    db.session.commit()


@contextmanager
def pretended(app: Flask, **hooks: Any) -> Iterator[None]:
    """A feature that has a section, with these hooks, as long as the block runs."""
    features = app.extensions["features"]
    features["pretend"] = replace(PRETEND, **hooks)
    try:
        yield
    finally:
        del features["pretend"]


def a_tab(project: Project, _user: User) -> Tab:
    return Tab("pretend", "Pretended", f"/pretended/{project.public_id}", count=7)


def a_verb(sentence: str = "%(who)s uploaded %(what)s.") -> dict[str, Verb]:
    return {"file.pretended": Verb(sentence, "You uploaded %(what)s.")}


def a_date(uid: str = "approval-1", **more: Any) -> CalendarDate:
    """A due date of another slice."""
    whole = CalendarDate(
        uid=uid,
        title="Freigabe: Plakat",
        url="/approvals/1",
        on=datetime(2026, 9, 22, 16, 0, tzinfo=UTC),
        project_name="Herbstkampagne 2026",
        changed_at=NOW,
    )
    return replace(whole, **more)
