"""Addresses that do not reach anybody: mails came back from there, so nothing is sent any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from email.message import Message
from typing import Self

from sqlalchemy import Select, String, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, mailbox, returned
from app.core.mail import STOPPED, Mail
from app.core.models import Model, every, one
from app.core.returned import STATUS
from app.extensions import db

LAST_DAYS = timedelta(days=7)
IN_A_ROW = 3
WRONG_ADDRESS = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1|4\.[14])")
"""No such mailbox or domain, moved, closed; 5.4.1 is how Microsoft says it."""
OUR_FAULT = re.compile(r"relay|spam|block|policy|quota|full", re.IGNORECASE)

# Called with an address that was just found to reach nobody.
ON_UNREACHED: list[Callable[[Unreached], None]] = []


class Unreached(Model):
    """An address that nothing is sent to until somebody says so, since when (`created_at`), and why."""

    __tablename__ = "unreached"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    reason: Mapped[str] = mapped_column(String(500), default="")

    @classmethod
    def at(cls, email: str) -> Self | None:
        """The row of an address, if mails came back from there."""
        return one(select(cls).where(cls.email == email.lower()))

    @classmethod
    def among(cls, emails: Iterable[str]) -> dict[str, Self]:
        """Those of these addresses that reach nobody."""
        found = every(select(cls).where(cls.email.in_({each.lower() for each in emails})))
        return {each.email: each for each in found}

    @classmethod
    def note(cls, email: str, reason: str) -> None:
        """Note that nothing is to be sent there any more."""
        if cls.at(email) is not None:
            return
        row = cls(email=email.lower(), reason=reason[:500])
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            return  # Another worker was faster.
        for happens in ON_UNREACHED:
            happens(row)

    @classmethod
    def stops(cls, mail: Mail) -> bool:
        """Whether a mail is not to be sent; what somebody asks for at this very moment always is."""
        return not (mail.is_secret or mail.kind == "test") and cls.at(mail.to_email) is not None

    def end(self, email: str = "") -> None:
        """Write there again, or to another address; also what was stopped or came back in the last days."""
        for mail in every(self._lost()):
            if email:
                mail.move_to(email)
            mail.send_again()
        db.session.delete(self)

    def _lost(self) -> Select[Mail]:
        is_lost = or_(
            Mail.called_off == STOPPED, Mail.bounced_at.is_not(None), Mail.failed_at.is_not(None)
        )
        recent = (Mail.created_at > clock.now() - LAST_DAYS, Mail.text != "")
        return select(Mail).where(Mail.to_email == self.email, is_lost, *recent).order_by(Mail.id)


def was_refused(mail: Mail, problem: str) -> None:
    """Stop writing to where a mail was refused, if the address is wrong, or it happens again and again."""
    if _is_wrong_address(problem) or _is_refused_again_and_again(mail.to_email):
        Unreached.note(mail.to_email, problem)


def take(message: Message) -> bool:
    """Read a mail that has come back; whether it was one of ours.

    Nobody but its reader's server knows what a mail of ours is called, so nobody else can say that it came back.
    """
    said = returned.read(message)
    names = [f"<{name}>" for name in said.names] if said else []
    mail = one(select(Mail).where(Mail.message_id.in_(names)).limit(1)) if names else None
    if mail is None or said is None:
        return False
    if mail.bounced_at is None:
        problem = f"{said.status} {said.said}".strip()
        mail.came_back(problem)
        db.session.flush()
        was_refused(mail, problem)
    return True


def _is_wrong_address(problem: str) -> bool:
    """Whether nobody is there, rather than the mailbox full, or the mail not liked."""
    found = STATUS.search(problem)
    if found and not found[0].endswith(".0.0"):
        return WRONG_ADDRESS.fullmatch(found[0]) is not None
    return problem.startswith(("550", "551", "553", "5.0.0")) and not OUR_FAULT.search(problem)


def _is_refused_again_and_again(email: str) -> bool:
    done = or_(Mail.sent_at.is_not(None), Mail.failed_at.is_not(None))
    query = select(Mail).where(Mail.to_email == email, done).order_by(Mail.id.desc())
    last = every(query.limit(IN_A_ROW))
    return len(last) == IN_A_ROW and all(each.bounced_at or each.failed_at for each in last)


mailbox.READERS.append(take)
