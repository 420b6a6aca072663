"""What the pages of approvals show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from app.blueprints.approvals import log
from app.blueprints.approvals.deciders import MODES, Asked, everybody_asked
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.delegations import Delegation, colleagues
from app.blueprints.approvals.forms import DecisionForm, WithdrawalForm
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.notes import notes_page
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.reviews import ApprovalReviewer, Review
from app.blueprints.approvals.sendings import what_to_change
from app.blueprints.approvals.telling import told_of_answer, told_of_question
from app.blueprints.approvals.waits import waits_of
from app.blueprints.clients import access, frame
from app.blueprints.files.sheets import sheets_of
from app.blueprints.files.versions import Version
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import project_page
from app.core.models import every, one
from app.core.paging import page

SIZE = 50
ITEMS = selectinload(Approval.items)
WITH = (
    ITEMS.joinedload(ApprovalItem.version),
    ITEMS.joinedload(ApprovalItem.file),
    selectinload(Approval.package),
    joinedload(Approval.project).joinedload(Project.client),
    joinedload(Approval.project).joinedload(Project.lead),
)


def find(public_id: str) -> Approval:
    """The approval with this opaque id and all that its pages show; 404 if it is not for the reader."""
    scope = Approval.visible_to(current_user).options(*WITH)
    approval: Approval = access.find_or_404(scope, public_id)
    return approval


def list_page(project: Project) -> dict[str, Any]:
    """A page of the project's approvals; where something happened last stands first."""
    asked = Approval.of_project(current_user, project).options(*WITH)
    approvals = page(
        asked, (Approval.state_at.desc(), Approval.id.desc()), request.args.get("at"), SIZE
    )
    return project_page(project, "approvals") | {
        "approvals": approvals,
        "mine": _asked_of_reader(approvals.rows),
    }


def approval_page(approval: Approval, form: DecisionForm | None = None) -> dict[str, Any]:
    """The page on which a client decides, and on which everybody sees what became of it."""
    frame.turn_to(approval.project.client)
    decisions, shown = every(Decision.of_approval(approval)), _shown(approval)
    asked = everybody_asked(Approval, approval)
    return (
        frame_of(approval)
        | notes_page(approval, {each.user_id for each in asked})
        | _review_of(approval)
        | place_in_package(approval)
        | {
            "form": form or DecisionForm(formdata=None, seen=approval.seen),
            "withdrawal": WithdrawalForm(formdata=None),
            "may_decide": may_decide(approval),
            "decisions": decisions,
            "asked": asked,
            "delegations": every(Delegation.of_round(approval)),
            "may_pass_on": _may_pass_on(approval, asked),
            "waits_for_nobody": approval.is_open and not any(each.is_awaited for each in asked),
            "modes": MODES,
            "words": {each.by_id: each for each in decisions if each.stands_in(approval)},
            "shown": shown,
            "sheets": sheets_of([each["version"] for each in shown]),
            "seen_by": log.seen_by(approval) if current_user.is_staff else [],
            "waits": waits_of(approval) if current_user.is_staff else None,
            "goes_to": told_of_answer(approval, current_user) if may_decide(approval) else [],
        }
    )


def changes_page(approval: Approval, form: DecisionForm) -> dict[str, Any]:
    """The page on which a client writes what is to be changed."""
    frame.turn_to(approval.project.client)
    sheets = sheets_of([item.version for item in approval.items])
    going_along = what_to_change(approval, current_user)
    form.needs_reason = not going_along
    return frame_of(approval) | {
        "form": form,
        "goes_to": told_of_answer(approval, current_user),
        "going_along": going_along,
        "sheets": sheets,
    }


def may_decide(approval: Approval) -> bool:
    """Whether the reader can decide now: it is their turn, and role and project allow it."""
    return (
        approval.is_open
        and not approval.project.is_finished
        and access.can(current_user, "decide", approval)
        and approval.is_turn_of(current_user)
    )


def _review_of(approval: Approval) -> dict[str, Any]:
    """What colleagues say before the client does; nothing of it for others than the agency's people."""
    if not current_user.is_staff:
        return {"reviewers": [], "reviews": [], "may_review": False, "to_be_asked": []}
    look = every(ApprovalReviewer.of(approval).options(joinedload(ApprovalReviewer.user)))
    awaited = every(ApprovalReviewer.awaited(approval)) if approval.state == "review" else []
    mine = any(each.id == current_user.id for each in awaited)
    return {
        "reviewers": look,
        "reviews": every(Review.of(approval)) if look else [],
        "awaited": {each.id for each in awaited},
        "to_be_asked": told_of_question(approval, current_user),
        "may_review": mine and not approval.project.is_finished,
    }


def place_in_package(approval: Approval) -> dict[str, Any]:
    """Where an approval stands in its package, and what stands before and after it."""
    package = Package.of(approval)
    if package is None:
        return {"package": None}
    numbers = every(package.approvals(current_user).with_only_columns(Approval.public_id))
    at = list(numbers).index(approval.public_id)
    return {
        "package": package,
        "place": at + 1,
        "places": len(numbers),
        "before": numbers[at - 1] if at else None,
        "after": numbers[at + 1] if at + 1 < len(numbers) else None,
    }


def _may_pass_on(approval: Approval, asked: Sequence[Asked]) -> bool:
    """Whether the reader has still to decide, and there is a colleague who can do it in their place."""
    mine = any(each.is_awaited and each.user_id == current_user.id for each in asked)
    goes_on = approval.is_open and not approval.project.is_finished
    return mine and goes_on and one(colleagues(approval).limit(1)) is not None


def _shown(approval: Approval) -> list[dict[str, Any]]:
    """Each file of the round with the version to show: the round's, or an older one that was asked for."""
    wanted = request.args.get("version", "")
    return [
        {
            "item": item,
            "version": _wanted(versions, wanted) or item.version,
            "versions": versions,
        }
        for item in approval.items
        for versions in [every(_older(item))]
    ]


def _older(item: ApprovalItem) -> Any:
    numbers = Version.visible_to(current_user).where(Version.file_id == item.file_id)
    return numbers.where(Version.number <= item.version.number).order_by(Version.number).limit(30)


def _wanted(versions: Sequence[Version], public_id: str) -> Version | None:
    return next((each for each in versions if each.public_id == public_id), None)


def _asked_of_reader(approvals: Sequence[Approval]) -> set[int]:
    mine = Approval.waiting_for(current_user).with_only_columns(Approval.id).order_by(None)
    return set(every(mine.where(Approval.id.in_([each.id for each in approvals]))))


def frame_of(approval: Approval) -> dict[str, Any]:
    project = approval.project
    address = url_for("projects.show", public_id=project.public_id)
    return {"approval": approval, "project": project, "crumb": (project.name, address)}
