"""Plain helpers that make what a test needs: an_owner(), a_client(), an_approver(client), a_project(client)."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.blueprints.accounts.models import User
from app.blueprints.clients.models import Client, Membership
from app.blueprints.projects.models import Project, ProjectMember
from app.blueprints.projects.stages import Stage
from app.core import clock
from app.core.agency import Agency
from app.core.mail import Mail
from app.core.models import add, every
from app.extensions import db

numbers = itertools.count(1)


def an_agency(**more: Any) -> Agency:
    """The agency, set up, with its stages."""
    agency = Agency.current() or Agency.set_up("Studio Nordlicht", "de", "Europe/Berlin", **more)
    if not every(db.select(Stage)):
        for position, name in enumerate(("Auftakt", "Konzept", "Gestaltung", "Abschluss")):
            db.session.add(Stage(name=name, position=position))
    db.session.commit()
    return agency


def an_owner(name: str = "Ole Brandt", **more: Any) -> User:
    return staff("owner", name, **more)


def a_manager(name: str = "Jana Petersen", **more: Any) -> User:
    return staff("manager", name, **more)


def a_member(name: str = "Tom Lindner", *projects: Project, **more: Any) -> User:
    """A member of the agency, on these projects."""
    user = staff("member", name, **more)
    for project in projects:
        add(ProjectMember(project_id=project.id, user_id=user.id))
    return user


def staff(role: str, name: str, *, language: str = "en", email: str = "") -> User:
    """A person of the agency. People in tests read English unless said otherwise."""
    address = email or f"{role}-{next(numbers)}@studio-nordlicht.de"
    return User.join_agency(name, address, role, language, "Europe/Berlin")


def a_client(name: str = "Bäckerei Sonnenschein", **more: Any) -> Client:
    client = Client(name=name, **more)
    add(client)
    return client


def a_person(
    client: Client,
    role: str,
    name: str,
    *,
    language: str = "en",
    email: str = "",
    main: bool = False,
) -> User:
    """A person of a client, with a role there."""
    address = email or f"{role}-{next(numbers)}@kunde.de"
    user = User.join_client(name, address, language, "Europe/Berlin")
    add(Membership(client_id=client.id, user_id=user.id, role=role, is_main=main))
    return user


def an_approver(client: Client, name: str = "Annette Sonnenschein", **more: Any) -> User:
    return a_person(client, "approver", name, **more)


def a_contributor(client: Client, name: str = "Murat Yıldız", **more: Any) -> User:
    return a_person(client, "contributor", name, **more)


def a_viewer(client: Client, name: str = "Birgit Hansen", **more: Any) -> User:
    return a_person(client, "viewer", name, **more)


def a_project(client: Client, name: str = "Herbstkampagne 2026", **more: Any) -> Project:
    """A project of a client, at the first stage, with nobody on it yet."""
    more.setdefault("starts_on", date(2026, 9, 1))
    project = Project(client=client, name=name, stage=Stage.in_order()[0], **more)
    add(project)
    return project


def a_mail(to: str = "annette@sonnenschein.de", subject: str = "Plakat A2", **more: Any) -> Mail:
    """A mail in the outbox, due now."""
    more.setdefault("due_at", clock.now())
    texts = {"text": "Guten Tag\n", "html": "<p>Guten Tag</p>\n", "language": "de"}
    mail = Mail(kind="test", to_email=to, subject=subject, **{**texts, **more})
    mail.message_id = f"<mail-{next(numbers)}@localhost>"
    add(mail)
    db.session.commit()
    return mail


def point_mail_to(app: Flask, monkeypatch: pytest.MonkeyPatch, url: str = "", **more: str) -> None:
    """Let the settings name this mail server, for one test."""
    settings = dataclasses.replace(app.extensions["settings"], mail_url=url, **more)
    monkeypatch.setitem(app.extensions, "settings", settings)
