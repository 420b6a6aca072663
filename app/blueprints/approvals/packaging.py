"""Packages over HTTP: what is in one, how it stands, and all of it approved at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required

from app.blueprints.accounts.devices import device_of
from app.blueprints.approvals import log
from app.blueprints.approvals.answering import approve_all
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.forms import PackageForm, WithdrawalForm
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package, PackageOvertaken
from app.blueprints.approvals.pages import WITH
from app.blueprints.approvals.telling import told_of_answer
from app.blueprints.approvals.waits import remind_of
from app.blueprints.clients import frame
from app.blueprints.clients.access import find_or_404, require
from app.core.fragments import go, respond
from app.core.models import every
from app.extensions import db


@bp.get("/packages/<public_id>")
@login_required
def show_package(public_id: str) -> Response:
    return respond("approvals/package.html", "main", **_page(find_package(public_id)))


@bp.post("/packages/<public_id>/decisions")
@login_required
def approve_package(public_id: str) -> Response:
    package, form = find_package(public_id), PackageForm()
    require(current_user, "decide", package)
    if not form.validate_on_submit():
        raise PackageOvertaken(package)
    made = approve_all(package, current_user, form.what_was_seen, device_of(request))
    db.session.commit()
    said = ngettext("%(num)s approved. Thank you!", "%(num)s approved. Thank you!", len(made))
    then = url_for("approvals.show_package", public_id=public_id)
    page = _page(find_package(public_id))
    return respond("approvals/package.html", "main", then=then, said=said if made else "", **page)


@bp.post("/packages/<public_id>/withdrawal")
@login_required
def withdraw_package(public_id: str) -> Response:
    package, form = find_package(public_id), WithdrawalForm()
    require(current_user, "ask", package)
    if not form.validate_on_submit():
        page = _page(package) | {"withdrawal": form}
        return respond("approvals/package.html", "main", status=422, **page)
    reason = form.reason.data
    for approval in package.withdraw(current_user, reason):
        log.note("approval.withdrawn", approval, current_user, device_of(request), reason=reason)
    db.session.commit()
    then = url_for("approvals.show_package", public_id=public_id)
    return go(then, _("What was still open is withdrawn."))


@bp.errorhandler(PackageOvertaken)
def show_package_as_it_is_now(error: PackageOvertaken) -> Response:
    """Something in it is no longer as the person saw it: show how it is now, and say it (409)."""
    db.session.rollback()
    page = _page(find_package(error.public_id)) | {"overtaken": error.message}
    return respond("approvals/package.html", "main", status=409, into="#main", **page)


def find_package(public_id: str) -> Package:
    """The package with this opaque id; 404 if nothing of it is for the reader."""
    package: Package = find_or_404(Package.visible_to(current_user), public_id)
    return package


def _page(package: Package) -> dict[str, Any]:
    approvals = every(package.approvals(current_user).options(*WITH))
    project = approvals[0].project
    frame.turn_to(project.client)
    yours = set(every(package.waiting_for(current_user).with_only_columns(Approval.id)))
    waiting = [each for each in approvals if each.id in yours]
    return {
        "package": package,
        "project": project,
        "crumb": (project.name, url_for("projects.show", public_id=project.public_id)),
        "approvals": approvals,
        "waiting": waiting,
        "goes_to": told_of_answer(approvals[0], current_user) if waiting else [],
        "seen": ";".join(f"{each.public_id}:{each.seen}" for each in waiting),
        "approved": sum(each.state == "approved" for each in approvals),
        "pending": [each for each in approvals if each.is_pending],
        "remind": _remind(approvals) if current_user.is_staff else None,
        "withdrawal": WithdrawalForm(formdata=None),
    }


def _remind(approvals: Sequence[Approval]) -> dict[str, Any] | None:
    """What reminds of all that is open, through the first of it."""
    first = next((each for each in approvals if each.is_open), None)
    return {"approval": first, **remind_of(first)} if first else None
