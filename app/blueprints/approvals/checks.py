"""Checking a receipt, by anybody who has one and without signing in. Who has none learns nothing."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _l

from app.blueprints.accounts.signin import network_of
from app.blueprints.approvals.blueprint import bp
from app.blueprints.approvals.check_forms import CheckFileForm, CheckForm
from app.blueprints.approvals.genuine import is_copy_of, receipt_in, receipt_under, receipt_with
from app.blueprints.approvals.receipt import Receipt
from app.core.fragments import go, respond
from app.core.security import takes_up_to
from app.extensions import limiter

LARGEST = 20_000_000
NOT_FOUND = _l("We have no receipt with this number and this code. Please check both.")
NOT_OURS = _l("This file is not a receipt of ours, or it was changed since.")

# A code has 64 bits, so nobody guesses it; the limit keeps those who try from being a burden.
few = limiter.shared_limit(
    "30/minute", scope="receipts", key_func=lambda: network_of(request.remote_addr or "")
)


@bp.get("/verify")
def new_verification() -> Response:
    return _ask(CheckForm(formdata=None), CheckFileForm(formdata=None))


@bp.post("/verify")
@takes_up_to(LARGEST)
@few
def create_verification() -> Response:
    """Look for what was typed, or for the PDF; either leads to the page of what the receipt says."""
    if request.mimetype == "multipart/form-data":
        return _by_copy(CheckFileForm())
    form = CheckForm()
    if form.validate_on_submit():
        receipt = receipt_with(form.reference.data, form.code.data)
        if receipt is not None:
            return _shown(receipt)
        form.form_errors.append(NOT_FOUND)
    return _ask(form, CheckFileForm(formdata=None), status=422)


@bp.get("/verify/<seal_token>")
@few
def show_verification(seal_token: str) -> Response:
    receipt = receipt_under(seal_token)
    if receipt is None:
        return _unknown()
    return _page(receipt, CheckFileForm(formdata=None))


@bp.post("/verify/<seal_token>")
@takes_up_to(LARGEST)
@few
def check_file(seal_token: str) -> Response:
    """Say whether a file is one that the decision is about, or the receipt itself."""
    receipt = receipt_under(seal_token)
    if receipt is None:
        return _unknown()
    form = CheckFileForm()
    if not form.validate_on_submit():
        return _page(receipt, form, status=422)
    digest = form.digest
    return _page(
        receipt,
        form,
        digest=digest,
        version=receipt.version_of(digest),
        is_copy=is_copy_of(receipt, digest),
    )


@bp.after_request
def _keep_codes(response: Response) -> Response:
    """No page whose address is a secret goes into a cache, nor its address to another site."""
    if "seal_token" in (request.view_args or {}):
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
    return response


def _by_copy(form: CheckFileForm) -> Response:
    if form.validate_on_submit():
        receipt = receipt_in(form.digest)
        if receipt is not None:
            return _shown(receipt)
        form.form_errors.append(NOT_OURS)
    return _ask(CheckForm(formdata=None), form, status=422)


def _shown(receipt: Receipt) -> Response:
    return go(url_for("approvals.show_verification", seal_token=receipt.seal))


def _unknown() -> Response:
    form = CheckForm(formdata=None)
    form.form_errors.append(NOT_FOUND)
    return _ask(form, CheckFileForm(formdata=None), status=404)


def _ask(form: CheckForm, file_form: CheckFileForm, status: int = 200) -> Response:
    page = "approvals/check.html"
    return respond(page, "main", status=status, form=form, file_form=file_form, largest=LARGEST)


def _page(receipt: Receipt, form: CheckFileForm, status: int = 200, **more: Any) -> Response:
    page = "approvals/checked.html"
    return respond(page, "main", status=status, receipt=receipt, form=form, largest=LARGEST, **more)
