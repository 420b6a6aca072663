"""What approvals mean for files: a newer version asks again; a file that is asked for stays shared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import has_request_context, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, func, select

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.models import User
from app.blueprints.approvals import agency_letters, letters, log
from app.blueprints.approvals.deciders import ApprovalDecider
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.models import Approval
from app.blueprints.clients import access
from app.blueprints.clients.invitations import ON_ACCEPTED
from app.blueprints.files import hooks
from app.blueprints.files.hooks import State
from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.core import features
from app.core.errors import Conflict
from app.core.features import Link
from app.core.models import every
from app.extensions import db

STATES = {
    "review": State("idle", _l("Internal review"), "lock"),
    "returned": State("bad", _l("Sent back internally"), "lock"),
    "open": State("due", _l("With the client"), "clock"),
    "approved": State("ok", _l("Approved"), "approved"),
    "changes": State("bad", _l("Changes wanted"), "changes"),
    "withdrawn": State("idle", _l("Withdrawn"), "withdrawn"),
}
YOURS = State("turn", _l("Waits for you"))


def plug_in() -> None:
    """Take part in what happens to files, and to people who were asked before they came."""
    hooks.ON_NEW_VERSION.append(ask_again)
    hooks.ON_UNSHARING.append(keep_shared)
    hooks.ON_ARCHIVING.append(keep_in_use)
    hooks.FILE_STATES.append(states)
    hooks.FILE_LINKS.append(offers)
    hooks.ALSO_SHOWN.append(asked_for)
    ON_ACCEPTED.append(ApprovalDecider.has_come)


def ask_again(version: Version, by: User) -> None:
    """Move each approval on that this file is part of: no decision may survive a newer version."""
    where = device_of(request) if has_request_context() else None
    for approval in every(Approval.asking_for(version.file_id)):
        if approval.move_on(version, by):
            log.note("approval.reopened", approval, by, where)
            if features.is_on("approvals"):
                _tell(approval, by)


def _tell(approval: Approval, by: User) -> None:
    if approval.is_internal:
        agency_letters.ask_reviewers(approval, by)
    else:
        letters.ask_deciders(approval, by)


def keep_shared(file: File) -> None:
    """Refuse to hide what the client is asked to approve, or has decided on."""
    if any(each.is_shown for each in every(Approval.asking_for(file.id))):
        raise Conflict(
            _l("The client was asked to approve this file, so it stays visible to them.")
        )


def keep_in_use(numbers: Select[int]) -> None:
    """Refuse to archive what the client is asked to approve right now."""
    open_ones = select(ApprovalItem.file_id).join(
        Approval, (Approval.id == ApprovalItem.approval_id) & (Approval.round == ApprovalItem.round)
    )
    asked = select(File.name).where(
        File.id.in_(numbers), File.id.in_(open_ones.where(Approval.state == "open"))
    )
    names = every(asked.order_by(File.name).limit(3))
    if names:
        raise Conflict(
            _l(
                "The client is asked to approve %(names)s right now. It can be archived once that is settled.",
                names=", ".join(_("“%(name)s”", name=name) for name in names),
            )
        )


def states(files: Sequence[File], user: User) -> dict[int, State]:
    """How the latest approval of each file stands, for its reader; two queries, however many files."""
    if not features.is_on("approvals"):
        return {}
    numbers = [file.id for file in files]
    latest = _latest_for(user, numbers)
    turns = Approval.waiting_for(user).with_only_columns(Approval.id).order_by(None)
    mine = set(every(turns.where(Approval.id.in_(latest.values())))) if latest else set()
    rows = db.session.execute(
        select(Approval.id, Approval.state, Approval.public_id).where(
            Approval.id.in_(latest.values())
        )
    )
    found = {number: (state, public_id) for number, state, public_id in rows}
    return {
        file_id: _state(*found[number], yours=number in mine) for file_id, number in latest.items()
    }


def offers(file: File, user: User) -> list[Link]:
    """On a file's page: the way to the approval that waits, or else, for the agency, to ask for one."""
    if not features.is_on("approvals"):
        return []
    return _way_to_open_one(file, user) or _asking(file, user)


def _way_to_open_one(file: File, user: User) -> list[Link]:
    approval = db.session.get(Approval, _latest_for(user, [file.id]).get(file.id, 0))
    if not approval or not approval.is_open:
        return []
    address = url_for("approvals.show", public_id=approval.public_id)
    label = _l("View and decide") if approval.is_turn_of(user) else _l("To the approval")
    return [Link(label, address, "approved")]


def _asking(file: File, user: User) -> list[Link]:
    if not access.can(user, "ask", file) or file.project.is_finished:
        return []
    address = url_for(
        "approvals.new", public_id=file.project.public_id, version=file.latest.public_id
    )
    return [Link(_l("Ask for approval"), address, "approved")]


def asked_for(user: User) -> ColumnElement[bool]:
    """The files that a person sees because an approval that they see is about them."""
    if not features.is_on("approvals"):
        return false()
    approvals = Approval.visible_to(user).with_only_columns(Approval.id)
    files = select(ApprovalItem.file_id).where(ApprovalItem.approval_id.in_(approvals))
    condition: ColumnElement[bool] = Version.file_id.in_(files)
    return condition


def _latest_for(user: User, numbers: Sequence[int]) -> dict[int, int]:
    approvals = Approval.visible_to(user).with_only_columns(Approval.id)
    latest = (
        select(ApprovalItem.file_id, func.max(ApprovalItem.approval_id))
        .where(ApprovalItem.file_id.in_(numbers), ApprovalItem.approval_id.in_(approvals))
        .group_by(ApprovalItem.file_id)
    )
    return dict(iter(db.session.execute(latest))) if numbers else {}


def _state(state: str, public_id: str, *, yours: bool) -> State:
    look: Any = YOURS if yours else STATES[state]
    address = url_for("approvals.show", public_id=public_id)
    return State(look.kind, look.label, look.icon, address)
