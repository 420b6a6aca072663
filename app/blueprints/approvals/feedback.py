"""What the client wants changed: a list for the agency to work through, to copy and to take along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from app.blueprints.accounts.models import CLIENT, User
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.comments import Comment
from app.blueprints.approvals.feedback_export import as_markdown, as_table
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.notes import BY_TIME, Note, answers_to
from app.blueprints.approvals.places import Places
from app.blueprints.clients.access import find_or_404, require
from app.blueprints.projects.models import Project
from app.blueprints.projects.pages import find_project, project_page
from app.core.downloads import content_disposition
from app.core.fragments import respond
from app.core.models import every
from app.core.paging import page
from app.core.spreadsheets import as_csv

SIZE = 50
TYPES = {"csv": "text/csv; charset=utf-8", "md": "text/markdown; charset=utf-8"}


@bp.get("/projects/<public_id>/feedback")
@login_required
def list_feedback(public_id: str) -> Response:
    project, approval = _chosen(public_id)
    rows = page(_wishes(project, approval), BY_TIME, request.args.get("at"), SIZE)
    notes = _notes(rows.rows)
    context: dict[str, Any] = project_page(project, "approvals") | {
        "feedback": rows,
        "notes": notes,
        "of": approval,
        "shows_all": _shows_all(),
        "as_text": as_markdown(_title(project, approval), notes),
    }
    return respond("approvals/feedback.html", "feedback", **context)


@bp.get("/projects/<public_id>/feedback.<kind>")
@login_required
def download_feedback(public_id: str, kind: str) -> Response:
    if kind not in ("csv", "md"):
        abort(404)
    project, approval = _chosen(public_id)
    notes = _notes(every(_wishes(project, approval).order_by(*BY_TIME)))
    title = _title(project, approval)
    content = as_csv(as_table(notes)) if kind == "csv" else as_markdown(title, notes).encode()
    response = Response(content, content_type=TYPES[kind])
    response.headers["Content-Disposition"] = content_disposition("attachment", f"{title}.{kind}")
    return response


def _chosen(public_id: str) -> tuple[Project, Approval | None]:
    """The project, and the approval that is asked for, if only its feedback is."""
    project = find_project(public_id, "approvals")
    require(current_user, "see_internal", project)
    wanted = request.args.get("approval")
    scope = Approval.of_project(current_user, project)
    return project, find_or_404(scope, wanted) if wanted else None


def _wishes(project: Project, approval: Approval | None) -> Select[Comment]:
    """What the client's people have said: what is open, or what is done, too."""
    client = select(User.id).where(User.side == CLIENT)
    query = Comment.threads(current_user).join(Comment.approval)
    query = query.where(Approval.project_id == project.id, Comment.author_id.in_(client))
    if approval is not None:
        query = query.where(Comment.approval_id == approval.id)
    if not _shows_all():
        query = query.where(Comment.resolved_at.is_(None))
    return query.options(contains_eager(Comment.approval))


def _notes(comments: Sequence[Comment]) -> list[Note]:
    places = Places(each.approval for each in comments)
    answers = answers_to({each.id for each in comments})
    return [
        Note(
            each,
            places.about(each),
            places.done(each),
            [answer for answer in answers if answer.answers_id == each.id],
        )
        for each in comments
    ]


def _shows_all() -> bool:
    return request.args.get("show") == "all"


def _title(project: Project, approval: Approval | None) -> str:
    what = approval.title if approval else project.name
    return str(_("Feedback on %(what)s", what=what))
