"""Approvals for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.blueprints.accounts.models import User
from app.blueprints.approvals import log
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.copies import ReceiptCopy
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.models import Approval
from app.blueprints.clients.models import Client
from app.blueprints.files.models import File
from app.blueprints.projects.models import Project
from app.core.events import Device
from app.core.storage import new_key, storage
from app.extensions import db
from tests.builders import a_client, a_manager, a_project, an_approver
from tests.files.builders import a_file, newest

IPHONE = Device("91.12.84.17", "Safari, iPhone")


@dataclass
class Asked:
    """An open approval, and the people around it."""

    approval: Approval
    file: File
    project: Project
    client: Client
    jana: User
    annette: User

    @property
    def path(self) -> str:
        return f"/approvals/{self.approval.public_id}"

    @property
    def seen(self) -> str:
        return newest(self.file).public_id


def an_open_approval(**more: Any) -> Asked:
    """Jana has asked Annette to approve a poster."""
    client = a_client()
    project, jana, annette = a_project(client), a_manager(), an_approver(client)
    file = a_file(project, jana)
    more.setdefault("title", "Plakat „Kürbiskernbrot“")
    approval = Approval.ask(project, [newest(file)], [annette], jana, **more)
    db.session.commit()
    return Asked(approval, file, project, client, jana, annette)


def a_comment(
    asked: Asked, by: User, body: str = "Bitte größer", answers: Comment | None = None
) -> Comment:
    """Somebody says something about what is there now: the agency at once, others as a draft."""
    item = asked.approval.current_items()[0]
    comment = Comment.write(
        asked.approval, by, body, round=asked.approval.round, item=item, answers=answers
    )
    db.session.commit()
    return comment


def a_decision(asked: Asked, outcome: str = "approved", reason: str = "") -> Decision:
    """Annette decides on what is there now."""
    decision, _is_new = Decision.make(
        asked.approval, asked.annette, outcome, reason, asked.seen, IPHONE
    )
    log.decided(decision, asked.annette, IPHONE)
    db.session.commit()
    return decision


@dataclass
class Several(Asked):
    """An open approval that two have been asked to decide."""

    murat: User

    @property
    def people(self) -> list[User]:
        return [self.annette, self.murat]

    def decide(self, by: User, outcome: str = "approved") -> Decision:
        """One of them decides on what is there now."""
        decision, _is_new = Decision.make(
            self.approval, by, outcome, "Bitte größer", self.seen, IPHONE
        )
        return decision


def several_asked(mode: str, order: Sequence[str] = ("annette", "murat")) -> Several:
    """Jana has asked Annette and Murat to approve a poster, in one of the ways in which several decide."""
    asked = an_open_approval()
    murat = an_approver(asked.client, "Murat Yıldız")
    several = Several(**vars(asked), murat=murat)
    asked.approval.ask_others([getattr(several, name) for name in order], mode)
    db.session.commit()
    return several


def print_all() -> None:
    """Have all receipts that are due, in no time: they look alike."""
    db.session.flush()
    for copy in db.session.scalars(select(ReceiptCopy).where(ReceiptCopy.due_at.is_not(None))):
        content = f"%PDF {copy.public_id}".encode()
        copy.keep(storage().put(new_key(), io.BytesIO(content)))
    db.session.commit()
