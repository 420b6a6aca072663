"""Mail: the way out, the mailbox, and what the world finds about the sender."""

from __future__ import annotations

import imaplib
import smtplib
from collections.abc import Iterator
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from app.core import clock, mailbox, sender, smtp
from app.core.checks import Outcome, ok, problem, warning
from app.core.delivering import problem_of
from app.core.mail import Mail
from app.core.refusals import why_refused
from app.extensions import db
from app.settings import Settings

RECENTLY = timedelta(days=1)


def look_at_mail() -> Iterator[Outcome]:
    """Connect and sign in, without sending anything; and whether mails were given up."""
    settings = _settings()
    if not settings.mail_url:
        yield problem(_("No mail goes out, so that nobody can sign in."), _("Set FOYER_MAIL_URL."))
        return
    host = smtp.host_of(settings)
    try:
        is_private = smtp.knock(settings)
    except (smtplib.SMTPException, OSError) as error:
        yield problem(why_refused(problem_of(error)), _("See that FOYER_MAIL_URL is right."))
    else:
        if is_private or host in smtp.LOCAL:
            yield ok(_("%(host)s lets us in.", host=host))
        else:
            says = _("%(host)s lets us in, but everybody on the way can read along.", host=host)
            yield warning(says, _("Take a mail server with STARTTLS, or smtps:// with port 465."))
    yield from _given_up()


def look_at_mailbox() -> Iterator[Outcome]:
    """Sign in where mails come back, if we are to."""
    settings = _settings()
    if not settings.imap_url:
        return
    try:
        with mailbox.opened(settings):
            yield ok(_("%(name)s lets us in.", name=mailbox.name_of(settings)))
    except (imaplib.IMAP4.error, OSError) as error:
        name = mailbox.name_of(settings)
        says = _("%(name)s can't be read (%(why)s).", name=name, why=str(error)[:200])
        yield problem(says, _("See that FOYER_IMAP_URL is right."))


def look_at_names() -> Iterator[Outcome]:
    """What name servers say of the sender: SPF, DKIM, DMARC."""
    settings = _settings()
    found = sender.findings(settings)
    if not found:
        domain = sender.domain_of(settings)
        yield ok(
            _("%(domain)s is no public domain, so there is nothing to look up.", domain=domain)
        )
    for each in found:
        says = f"{each.name}. {each.says}"
        if each.state == "ok":
            yield ok(says)
        else:
            yield warning(says, _at(each))


def _at(finding: sender.Finding) -> str:
    if finding.advice:
        return str(_("At %(place)s: %(record)s", place=finding.place, record=finding.advice))
    return finding.record or str(_("“foyer mail domain” says more."))


def _given_up() -> Iterator[Outcome]:
    since = clock.now() - RECENTLY
    count = db.session.scalar(select(func.count()).where(Mail.failed_at > since)) or 0
    if count:
        says = ngettext(
            "%(num)s mail of the last day could not be sent.",
            "%(num)s mails of the last day could not be sent.",
            count,
        )
        yield warning(says, _("The settings of the portal, under Mail, say which and why."))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
