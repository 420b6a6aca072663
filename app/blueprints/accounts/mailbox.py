"""The mailbox of a demo: where no mail server is set, the outbox is read here like in a mail program."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    has_request_context,
    make_response,
    render_template,
    request,
    url_for,
)
from sqlalchemy import Select, select

from app.blueprints.accounts.blueprint import bp
from app.core.agency import Agency
from app.core.mail import NOBODY, PICTURE, WITH_PICTURE, Mail, shot_of
from app.core.models import one
from app.core.paging import page
from app.core.security import CSP
from app.extensions import db

PAGE = 30
STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
SANDBOX = "allow-top-navigation-by-user-activation allow-popups"


def mailbox_url() -> str:
    """The address of the mailbox; empty where mails really go out."""
    agency = Agency.current()
    is_demo = agency is not None and agency.is_demo
    return url_for("accounts.list_mails") if is_demo and not _has_mail() else ""


def _has_mail() -> bool:
    return bool(current_app.extensions["settings"].mail_url)


@bp.app_context_processor
def _ways_of_mail() -> dict[str, Any]:
    if not has_request_context():
        return {}
    return {"has_mail": _has_mail(), "mailbox_url": mailbox_url()}


@bp.get("/mailbox")
def list_mails() -> Any:
    _must_be_a_demo()
    address = request.args.get("to", "")
    mails = page(_mails(address), [Mail.id.desc()], request.args.get("page"), PAGE)
    people = db.session.scalars(_mails("").with_only_columns(Mail.to_email).distinct())
    return render_template(
        "accounts/mailbox.html", mails=mails, people=sorted(people), address=address
    )


@bp.get("/mailbox/<public_id>")
def show_mail(public_id: str) -> Any:
    _must_be_a_demo()
    mail = _find(public_id)
    sender = current_app.extensions["settings"].sender
    html = render_template("accounts/mail.html", mail=mail, sender=sender, sandbox=SANDBOX)
    response = make_response(html)
    response.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return response


@bp.get("/mailbox/<public_id>/html")
def show_mail_html(public_id: str) -> Response:
    _must_be_a_demo()
    html = with_picture(_find(public_id))
    response = make_response(html.replace("<head>", '<head><base target="_top">', 1))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src 'self' data:; style-src {_hashes(html)}; form-action 'none'; "
        f"frame-ancestors 'self'; sandbox {SANDBOX}"
    )
    return response


def with_picture(mail: Mail) -> str:
    """The mail with its picture in it, as a mail program shows the two parts."""
    shot = shot_of(mail)
    if shot is None:
        return WITH_PICTURE.sub("", mail.html)
    data = base64.b64encode(shot.body).decode()
    return mail.html.replace(f'"{PICTURE}"', f'"data:image/{shot.subtype};base64,{data}"')


def _must_be_a_demo() -> None:
    if not mailbox_url():
        abort(404)


def _mails(address: str) -> Select[Mail]:
    query = select(Mail).where(Mail.to_email != NOBODY)
    return query.where(Mail.to_email == address) if address else query


def _find(public_id: str) -> Mail:
    return one(_mails("").where(Mail.public_id == public_id)) or abort(404)


def _hashes(html: str) -> str:
    """The styles that may be applied: those that the mail brings, by their content."""
    digests = [hashlib.sha256(style.encode()).digest() for style in STYLE.findall(html)]
    hashes = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    return " ".join(hashes) or "'none'"
