"""Delivering what lies in the outbox: once, later where it must wait, or never, with the reason."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from email.message import EmailMessage

from flask import current_app

from app.core import clock, smtp
from app.core.agency import Agency
from app.core.due import Drain
from app.core.headers import in_ascii, line
from app.core.mail import (
    BEFORE_HELD,
    GONE,
    NOBODY,
    STOPPED,
    TOLD_THERE,
    UNFINISHED,
    UNWANTED,
    WANTED,
    Mail,
    concerns,
    still_so,
)
from app.core.unreached import Unreached, was_refused
from app.extensions import db
from app.settings import Settings

log = logging.getLogger(__name__)

MOMENT = timedelta(seconds=10)
LEASE = timedelta(minutes=2)  # A slow server must not make a second worker send the same mail.


def deliver(mail: Mail) -> None:
    """Send one mail by SMTP, or leave it in the outbox where no server is set, or where it is to nobody."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.mail_url or mail.to_email == NOBODY:
        mail.settle()
        return
    if _is_not_for_now(mail):
        return
    if any(unfinished(mail) for unfinished in UNFINISHED):
        mail.settle()
        mail.due_at = clock.now() + MOMENT
        return
    agency = Agency.current()
    message = mail.as_message(settings, agency.name if agency else "Foyer")
    recipient = in_ascii(mail.to_email)
    db.session.commit()  # Nothing is locked while the mail server takes its time.
    _hand_over(mail, message, recipient)
    if mail.problem:  # The answer may name the person, so that only its first word is logged.
        log.warning("mail %s was not sent: %s", mail.public_id, mail.problem.split()[0])


def _hand_over(mail: Mail, message: EmailMessage, recipient: str) -> None:
    settings: Settings = current_app.extensions["settings"]
    try:
        smtp.send(settings, message, recipient)
    except smtplib.SMTPRecipientsRefused as error:
        if _was_refused(mail, *next(iter(error.recipients.values()))):
            db.session.flush()
            was_refused(mail, mail.problem)
    except smtplib.SMTPDataError as error:
        _was_refused(mail, error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        # The network, greeting, sign-in or sender: that is about our settings, not about this mail.
        mail.put_off(problem_of(error))
    else:
        mail.was_sent()


def _is_not_for_now(mail: Mail) -> bool:
    """Whether it is called off, or its reader wants it later, or has it before them."""
    if not still_so(mail):
        mail.call_off()
    elif not concerns(mail):
        mail.call_off(GONE)
    elif Unreached.stops(mail):
        mail.call_off(STOPPED)
    else:
        return any(is_told(mail) for is_told in TOLD_THERE) or _is_held(mail)
    return True


def _is_held(mail: Mail) -> bool:
    """Whether its reader wants it later, or not at all; then it is held, or called off."""
    moments = [wanted(mail) for wanted in WANTED]
    if None in moments:
        mail.call_off(UNWANTED)
        return True
    latest = max((moment for moment in moments if moment), default=clock.now())
    if latest <= clock.now():
        return False
    for happens in BEFORE_HELD:
        happens(mail)
    mail.hold(latest)
    return True


def _was_refused(mail: Mail, code: int, answer: bytes | str) -> bool:
    """Give a mail up, or put it off; whether it was given up."""
    if code >= 500:
        mail.give_up(_answer(code, answer))
    else:
        mail.put_off(_answer(code, answer))
    return code >= 500


def problem_of(error: Exception) -> str:
    """What went wrong on the way to the mail server, in one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _answer(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return line(f"{type(error).__name__}: {error}")


def _answer(code: int, answer: bytes | str) -> str:
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return line(f"{code} {said}")


DRAIN = Drain("mail", Mail, deliver, lease=LEASE, finish=smtp.hang_up)
