"""Mails that come back: what they say, whom they concern, and that nothing is sent there any more."""

from __future__ import annotations

import imaplib
from datetime import timedelta
from email import message_from_bytes
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine

from app.core import clock, worker
from app.core.mail import Mail
from app.core.mail_keeping import forget_old
from app.core.mailbox import MailboxPlace, read_mailbox
from app.core.models import every, one
from app.core.unreached import Unreached, take
from app.extensions import db as database
from tests.builders import a_mail, an_agency, point_mail_to
from tests.services import SmtpServer

pytestmark = pytest.mark.only("sqlite")

NOBODY = "550 5.1.1 <x>: Recipient address rejected: User unknown"
HEAD = """Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@mx.kunde.de>
To: portal@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Leider konnte Ihre Nachricht nicht zugestellt werden.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kunde.de
{envelope}

Final-Recipient: rfc822; weg@kunde.de
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: {kind}

{head}
--b--
"""
MATRYOSHKA = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (deep, deep) for deep in range(2000)
)
"""A mail in a mail in a mail: more than Python wants to open."""


def a_return(
    mail: Mail | None,
    status: str = "5.1.1",
    said: str = NOBODY,
    action: str = "failed",
    **more: str,
) -> bytes:
    """A mail that comes back as Postfix sends it; `more` for what others do otherwise."""
    head = f"Message-ID: {mail.message_id if mail else '<x@y>'}\nSubject: Plakat\n"
    values = {
        "kind": "text/rfc822-headers",
        "envelope": "Arrival-Date: today",
        "head": head,
        **more,
    }
    return HEAD.format(status=status, said=said, action=action, **values).encode()


def deliver_to(imap: str, *mails: bytes) -> None:
    """Put mails into the mailbox, as its mail server does."""
    parts = urlsplit(imap)
    with imaplib.IMAP4(parts.hostname or "", parts.port or 0) as box:
        box.login("portal", "secret")
        for each in mails:
            box.append("INBOX", "", None, each.replace(b"\n", b"\r\n"))  # type: ignore[arg-type]


def unread(imap: str) -> int:
    parts = urlsplit(imap)
    with imaplib.IMAP4(parts.hostname or "", parts.port or 0) as box:
        box.login("portal", "secret")
        box.select("INBOX", readonly=True)
        return len(box.search(None, "UNSEEN")[1][0].split())


@pytest.fixture
def portal(app: Any, smtp: SmtpServer, imap: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A portal that sends to one server and reads the mailbox of another."""
    an_agency()
    point_mail_to(app, monkeypatch, smtp.url, imap_url=imap)
    return imap


def test_a_mailbox_is_read_once_and_what_came_back_stops_the_next_mail(
    portal: str, smtp: SmtpServer
) -> None:
    lost, fine, full = a_mail("weg@kunde.de"), a_mail("da@kunde.de"), a_mail("voll@kunde.de")
    worker.run_once()
    deliver_to(
        portal,
        b"Subject: Hallo\n\nEine Antwort, die niemand erwartet.\n",
        a_return(lost),
        a_return(full, "5.2.2", "552 5.2.2 Mailbox full"),
        a_return(None, head="Message-ID: <somebody@else>\n"),
        a_return(fine, "4.4.1", "connection timed out", action="delayed"),
        b"Content-Type: multipart/report; boundary=b\n\n--b\n\xff\xfe\n--b--\n",
        b"Content-Type: text/plain%b\n\nSlow to read.\n" % (b";" * 20_000),
        MATRYOSHKA,
    )
    read_mailbox()
    assert lost.bounced_at and lost.problem == f"5.1.1 {NOBODY}"
    assert full.bounced_at and fine.bounced_at is None
    assert [each.email for each in every(database.select(Unreached))] == ["weg@kunde.de"]
    assert unread(portal) == 6
    place = one(database.select(MailboxPlace))
    assert place and (place.uid, place.problem) == (8, "")
    read_mailbox()
    assert place.uid == 8
    again, secret = a_mail("weg@kunde.de"), a_mail("weg@kunde.de", is_secret=True)
    again.kind = "receipt"
    database.session.commit()
    worker.run_once()
    assert (again.sent_at, again.called_off) == (None, "stopped")
    assert secret.sent_at, "whoever asks for a way in now gets it"
    row = Unreached.at("weg@kunde.de")
    assert row
    row.end("neu@kunde.de")
    database.session.commit()
    worker.run_once()
    assert [each.recipients[0] for each in smtp.received[-2:]] == ["neu@kunde.de"] * 2
    assert again.sent_at and lost.sent_at and lost.bounced_at is None


@pytest.mark.parametrize(
    ("more", "is_found"),
    [
        ({"kind": "message/rfc822", "head": "Message-ID: NAME\n\nGuten Tag"}, True),
        ({"envelope": "Original-Envelope-Id: BARE", "head": ""}, True),
        ({"head": "Message-ID: <other@ses>\nX-Foyer-Mail: BARE\n"}, True),
        ({"head": "Subject: Plakat\n"}, False),
    ],
)
def test_a_mail_that_came_back_is_known_by_what_only_its_reader_was_told(
    db: Any, more: dict[str, str], is_found: bool
) -> None:
    mail = a_mail("weg@kunde.de")
    named = {
        key: value.replace("NAME", mail.message_id).replace("BARE", mail.name)
        for key, value in more.items()
    }
    message = message_from_bytes(a_return(mail, **named))
    assert take(message) is is_found  # type: ignore[arg-type]
    assert (Unreached.at("weg@kunde.de") is not None) is is_found


@pytest.mark.parametrize(
    ("answer", "is_wrong"),
    [
        ("550 5.1.1 No such person here", True),
        ("550 5.4.1 Recipient address rejected: Access denied", True),
        ("550 Unknown user", True),
        ("550 relay not permitted", False),
        ("550 5.7.1 Refused by our policy", False),
        ("552 5.2.2 Mailbox full", False),
    ],
)
def test_a_refused_recipient_stops_mails_if_nobody_is_there(
    portal_out: SmtpServer, answer: str, is_wrong: bool
) -> None:
    portal_out.refused["weg@kunde.de"] = answer
    mail = a_mail("weg@kunde.de")
    worker.run_once()
    assert mail.failed_at and mail.problem == answer
    assert (Unreached.at("weg@kunde.de") is not None) is is_wrong


def test_what_is_refused_three_times_in_a_row_is_given_up(portal_out: SmtpServer) -> None:
    portal_out.refused["voll@kunde.de"] = "552 5.2.2 Mailbox full"
    for _ in range(2):
        a_mail("voll@kunde.de")
    worker.run_once()
    assert Unreached.at("voll@kunde.de") is None
    a_mail("voll@kunde.de")
    worker.run_once()
    assert Unreached.at("voll@kunde.de") is not None


def test_a_mailbox_that_is_away_is_read_when_it_is_back(
    portal: str, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_mail_to(app, monkeypatch, imap_url="imap://portal:secret@127.0.0.1:1")
    read_mailbox()
    place = one(database.select(MailboxPlace))
    assert place and place.problem.startswith("ConnectionRefusedError")
    point_mail_to(app, monkeypatch, imap_url=portal)
    read_mailbox()
    assert one(database.select(MailboxPlace).where(MailboxPlace.problem == ""))


def test_mails_are_forgotten_in_two_steps(db: Any) -> None:
    mail, held = a_mail(due_at=None), a_mail(due_at=None)
    held.held_until = clock.now() + timedelta(days=400)
    db.session.commit()
    for days, kept in ((10, True), (20, False)):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            forget_old()
            assert mail.is_kept is kept and held.is_kept
    with time_machine.travel(clock.now() + timedelta(days=181)):
        forget_old()
    assert every(db.select(Mail.id)) == [held.id]


@pytest.fixture
def portal_out(app: Any, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> SmtpServer:
    """The mail server that the settings name."""
    an_agency()
    point_mail_to(app, monkeypatch, smtp.url)
    return smtp
