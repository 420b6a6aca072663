"""HTTP of the settings of mail: a test mail, and what the world finds about the sender's domain."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, url_for
from flask_login import current_user, login_required
from sqlalchemy import select

from app.blueprints.clients.access import require
from app.blueprints.clients.blueprint import bp
from app.core import clock, mail, sender
from app.core.agency import Agency
from app.core.fragments import respond
from app.core.mail import Mail
from app.core.mailbox import MailboxPlace, name_of
from app.core.models import one
from app.core.worker import Heartbeat
from app.extensions import db, limiter
from app.settings import Settings

TEMPLATE = "clients/mail.html"


@bp.get("/settings/mail")
@login_required
def show_mail() -> Response:
    require(current_user, "run_portal")
    return respond(TEMPLATE, "test", **_page())


@bp.post("/settings/test-mail")
@login_required
@limiter.limit("10/hour")
def create_test_mail() -> Response:
    require(current_user, "run_portal")
    mail.queue("test", current_user.recipient)
    agency = Agency.current()
    assert agency is not None, "Nobody is signed in before the portal is set up."
    agency.mail_tested_at = clock.now()
    db.session.commit()
    return respond(TEMPLATE, "test", then=url_for("clients.show_mail"), **_page())


@bp.get("/settings/mail/domain")
@login_required
@limiter.limit("30/hour")
def show_mail_domain() -> Response:
    """Asks name servers, which takes its time; so it is no part of the page."""
    require(current_user, "run_portal")
    found = sender.findings(_settings())
    return respond(TEMPLATE, "domain", **_page(), findings=found, is_looked_up=True)


def _page() -> dict[str, Any]:
    settings = _settings()
    newest = select(Mail).where(Mail.kind == "test", Mail.user_id == current_user.id)
    place = db.session.get(MailboxPlace, name_of(settings)) if settings.imap_url else None
    return {
        "test_mail": one(newest.order_by(Mail.id.desc()).limit(1)),
        "has_worker": Heartbeat.is_fresh(),
        "sender": settings.sender,
        "domain_name": sender.domain_of(settings),
        "reads_mailbox": bool(settings.imap_url),
        "place": place,
    }


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
