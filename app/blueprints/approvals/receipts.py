"""Receipts: the page of one, its copy to keep, and all of a project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required

from app.blueprints.approvals import letters
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.copies import ReceiptCopy
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.pages import WITH, find, frame_of
from app.blueprints.approvals.receipt import Receipt
from app.blueprints.clients import frame
from app.blueprints.clients.access import find_or_404
from app.blueprints.files.versions import Version
from app.blueprints.projects.pages import find_project, project_page
from app.core import downloads
from app.core.errors import DomainError
from app.core.fragments import go, respond
from app.core.models import every
from app.core.paging import page
from app.extensions import db, limiter

SIZE = 50
MOST_LOOKS = 30


class NotPrintedYet(DomainError):
    """The worker has not come to it."""

    status = 409
    sentence = _l("The receipt is being printed. Please try again in a minute.")


@bp.get("/decisions/<public_id>")
@login_required
def show_receipt(public_id: str) -> Response:
    """The page; for one that waits for its copy and has asked `looks` times, what is at its foot."""
    block = "copy" if request.args.get("looks") else "main"
    return respond("approvals/receipt.html", block, **receipt_page(_find(public_id)))


@bp.get("/decisions/<public_id>/copy")
@login_required
def download_copy(public_id: str) -> Response:
    decision = _find(public_id)
    copy = ReceiptCopy.of(decision, str(get_locale()))
    if copy is None or copy.key is None:
        raise NotPrintedYet
    return downloads.send(
        copy.key,
        filename=_("Receipt %(reference)s", reference=decision.reference) + ".pdf",
        content_type="application/pdf",
        size=copy.size,
        etag=copy.sha256,
    )


@bp.post("/decisions/<public_id>/mails")
@login_required
@limiter.limit("10/hour", key_func=lambda: str(current_user.id))
def send_receipt(public_id: str) -> Response:
    decision = _find(public_id)
    letters.send_receipt(decision, current_user)
    db.session.commit()
    said = _("The receipt is on its way to %(email)s.", email=current_user.email)
    return go(url_for("approvals.show_receipt", public_id=public_id), said)


@bp.get("/projects/<public_id>/receipts")
@login_required
def list_receipts(public_id: str) -> Response:
    project = find_project(public_id, "approvals")
    decisions = Decision.of_project(current_user, project)
    listed = page(decisions, (Decision.id.desc(),), request.args.get("at"), SIZE)
    context = project_page(project, "approvals") | {"decisions": listed}
    return respond("approvals/receipts.html", "receipts", **context)


def receipt_page(decision: Decision) -> dict[str, Any]:
    """The receipt of a decision, what of it there is to keep, and what waits next."""
    approval = find(decision.approval.public_id)
    frame.turn_to(approval.project.client)
    return (
        frame_of(approval)
        | _copy_page(decision)
        | {
            "next_ones": _next_ones(approval),
            "previews": _previews(decision),
            "waits_for": _waits_for(decision, approval),
        }
    )


def _next_ones(approval: Approval) -> Sequence[Approval]:
    """What waits for the reader, this again, too: first of all what is in the same package."""
    package = Package.of(approval)
    found = package and every(package.waiting_for(current_user).options(*WITH).limit(3))
    return found or every(Approval.waiting_for(current_user).options(*WITH).limit(3))


def _waits_for(decision: Decision, approval: Approval) -> list[str]:
    """Who has yet to decide before the round is settled."""
    if not approval.is_open or not decision.stands_in(approval):
        return []
    return [user.name for user in every(approval.whose_turn())]


def _copy_page(decision: Decision) -> dict[str, Any]:
    copy = ReceiptCopy.of(decision, str(get_locale()))
    looks = request.args.get("looks", 0, int)
    receipt = Receipt.of(decision)
    return {
        "decision": decision,
        "receipt": receipt,
        "is_printed": copy is not None and copy.is_there,
        "asks_again": 0 <= looks < MOST_LOOKS,
        "looks": looks,
        "forward_url": _forward_url(receipt),
    }


def _forward_url(receipt: Receipt) -> str:
    """A mail that is already written, for the reader's own mail program."""
    lines = [
        receipt.sentence,
        "",
        receipt.title,
        _("Receipt %(reference)s", reference=receipt.reference),
        "",
        _("It can be seen and checked here, without signing in:"),
        receipt.check_url,
    ]
    subject = _(
        "Receipt %(reference)s: %(title)s", reference=receipt.reference, title=receipt.title
    )
    fields = {"subject": subject, "body": "\r\n".join(lines)}
    return f"mailto:?{urlencode(fields, quote_via=quote)}"


def _previews(decision: Decision) -> list[Version]:
    numbers = [each["version"] for each in decision.seen]
    query = Version.visible_to(current_user).where(Version.public_id.in_(numbers))
    return [version for version in every(query.order_by(Version.id)) if version.has_picture]


def _find(public_id: str) -> Decision:
    decision: Decision = find_or_404(Decision.visible_to(current_user), public_id)
    return decision
