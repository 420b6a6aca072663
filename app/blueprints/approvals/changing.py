"""Changing what was asked: its title, our words, the deadline, how many rounds are agreed."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import Select

from app.blueprints.accounts.devices import device_of
from app.blueprints.accounts.models import User
from app.blueprints.approvals import letters, log
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.matters import Matter
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.blueprints.approvals.packaging import find_package
from app.blueprints.approvals.pages import find
from app.blueprints.approvals.terms import Terms
from app.blueprints.approvals.terms_forms import ChangeForm, showing
from app.blueprints.clients.access import require
from app.core.formats import listed
from app.core.fragments import go, respond
from app.core.models import every
from app.extensions import db


@bp.get("/approvals/<public_id>/terms")
@login_required
def edit_terms(public_id: str) -> Response:
    approval = find(public_id)
    require(current_user, "ask", approval)
    return _page(approval, _form(Terms.of(approval), seen=approval.seen))


@bp.post("/approvals/<public_id>/terms")
@login_required
def update_terms(public_id: str) -> Response:
    approval = find(public_id)
    require(current_user, "ask", approval)
    form = _form(Terms.of(approval))
    if not form.validate_on_submit():
        return _page(approval, form, status=422)
    before = approval.change(form.terms, form.seen.data)
    if form.terms != before:
        log.terms_changed(approval, before, current_user, device_of(request))
    return _saved(Matter(approval), form, before, approval.whose_turn())


@bp.get("/packages/<public_id>/terms")
@login_required
def edit_package_terms(public_id: str) -> Response:
    package = find_package(public_id)
    require(current_user, "ask", package)
    return _page(package, _form(package.terms))


@bp.post("/packages/<public_id>/terms")
@login_required
def update_package_terms(public_id: str) -> Response:
    package = find_package(public_id)
    require(current_user, "ask", package)
    form = _form(package.terms)
    if not form.validate_on_submit():
        return _page(package, form, status=422)
    before = package.change(form.terms)
    if form.terms != before:
        log.package_terms_changed(package, before, current_user, device_of(request))
    first = every(package.pending().limit(1))[0]
    return _saved(Matter(first, package), form, before, package.whose_turn())


def _form(terms: Terms, **more: Any) -> ChangeForm:
    """The form as it stands before somebody types, or as it was sent."""
    words = {"title": terms.title, "message": terms.message, "rounds_agreed": terms.rounds_agreed}
    fields = {**words, **showing(terms.due_at), **more}
    form = ChangeForm() if request.method == "POST" else ChangeForm(formdata=None, **fields)
    form.stands = terms.due_at
    return form


def _page(asked: Approval | Package, form: ChangeForm, status: int = 200) -> Response:
    """The form; `told` is whom a mail would reach."""
    of_package = isinstance(asked, Package)
    endpoints = ("show_package", "update_package_terms") if of_package else ("show", "update_terms")
    back, address = (url_for(f"approvals.{e}", public_id=asked.public_id) for e in endpoints)
    told = [user.name for user in every(asked.whose_turn())]
    page: dict[str, Any] = {"asked": asked, "back": back, "address": address, "told": told}
    return respond("approvals/terms.html", "main", status=status, form=form, **page)


def _saved(matter: Matter, form: ChangeForm, before: Terms, turns: Select[User]) -> Response:
    tells = form.by_mail.data and form.terms.say_more_than(before)
    told = letters.tell_terms(matter, current_user, every(turns), before) if tells else []
    endpoint, public_id = matter.page
    db.session.commit()
    said = _("Saved. A mail goes to %(names)s.", names=listed(told)) if told else _("Saved.")
    return go(url_for(endpoint, public_id=public_id), said)
