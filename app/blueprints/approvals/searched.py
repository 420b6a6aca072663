"""What the search finds of approvals: their titles, and what the client was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.blueprints.accounts.models import User
from app.blueprints.approvals.models import Approval
from app.blueprints.projects.models import Project
from app.blueprints.projects.searched import place_of
from app.core.formats import moment
from app.core.searched import Said, Searched
from app.extensions import db


def _approvals(user: User) -> Select[Approval]:
    found = Approval.visible_to(user)
    return found.options(joinedload(Approval.project).joinedload(Project.client))


def _words(numbers: Sequence[int]) -> Iterator[Said]:
    query = select(Approval.id, Approval.title, Approval.message).where(Approval.id.in_(numbers))
    for number, title, message in db.session.execute(query):
        yield Said(number, title, message)


def _meta(approval: Approval, user: User) -> list[Any]:
    return [*place_of(approval.project, user), moment(approval.created_at)]


APPROVALS = Searched(
    kind="approval",
    label=_l("Approvals"),
    icon="approved",
    scope=_approvals,
    words=_words,
    made_of={Approval: "id"},
    url=lambda approval: url_for("approvals.show", public_id=approval.public_id),
    meta=_meta,
)
