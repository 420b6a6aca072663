"""The mailbox that answers and returned mails arrive in: read by IMAP, each mail once, nothing deleted."""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.chores import again
from app.core.database import reading
from app.core.models import Instant
from app.extensions import Base, db
from app.settings import Settings

log = logging.getLogger(__name__)

PATIENCE = 20  # seconds that the server gets for each answer
TURN = 30  # seconds of reading at a time; less than the lease of a chore
LARGEST = 5_000_000
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
LOCAL = {"localhost", "127.0.0.1", "::1"}

# Asked one after the other about each mail that has come, until one says that it was for them.
READERS: list[Callable[[Message], bool]] = []


class MailboxPlace(Base):
    """How far a mailbox was read, when that was last tried, and what went wrong then."""

    __tablename__ = "mailbox_places"

    mailbox: Mapped[str] = mapped_column(String(300), primary_key=True)
    validity: Mapped[int] = mapped_column(BigInteger, default=0)
    uid: Mapped[int] = mapped_column(BigInteger, default=0)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[str] = mapped_column(String(500), default="")

    @classmethod
    def of(cls, settings: Settings) -> MailboxPlace:
        """The one of the mailbox that the settings name, held against another worker."""
        name = name_of(settings)
        place = db.session.get(cls, name, with_for_update=True)
        if place is None:
            place = cls(mailbox=name, validity=0, uid=0, problem="")
            db.session.add(place)
        return place

    @classmethod
    def last_of(cls, settings: Settings, validity: int) -> int:
        """The number of the last mail that was read, if the server still counts as it did."""
        with reading():
            place = db.session.get(cls, name_of(settings))
            last = place.uid if place and place.validity == validity else 0
            db.session.rollback()
        return last

    def is_for(self, validity: int) -> None:
        """Begin anew where the server has counted anew (RFC 3501, UIDVALIDITY)."""
        if self.validity != validity:
            self.validity, self.uid = validity, 0


def name_of(settings: Settings) -> str:
    """What a mailbox is called: its person, host and folder, without the password."""
    parts = urlsplit(settings.imap_url)
    return f"{unquote(parts.username or '')}@{parts.hostname}/{_folder(settings)}"[:300]


@again("mailbox", timedelta(minutes=1))
def read_mailbox() -> None:
    """Give what has come to those who read it; a server that is away is asked again in a minute."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.imap_url:
        return
    problem = ""
    db.session.commit()  # Nothing is locked while we talk to the server.
    try:
        with opened(settings) as mailbox:
            _read(settings, mailbox)
    except (imaplib.IMAP4.error, OSError) as error:
        db.session.rollback()
        problem = f"{type(error).__name__}: {error}"[:500]
        log.warning("the mailbox could not be read: %s", type(error).__name__)
    place = MailboxPlace.of(settings)
    place.read_at, place.problem = clock.now(), problem
    db.session.commit()


@contextmanager
def opened(settings: Settings) -> Iterator[imaplib.IMAP4]:
    """A connection to the mailbox of the settings, encrypted and signed in. Raises imaplib's errors, or OSError."""
    parts, tls = urlsplit(settings.imap_url), ssl.create_default_context()
    host = parts.hostname or "localhost"
    server: imaplib.IMAP4
    if parts.scheme == "imaps":
        server = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=tls, timeout=PATIENCE)
    else:
        server = imaplib.IMAP4(host, parts.port or 143, timeout=PATIENCE)
    try:
        if parts.scheme == "imap" and "STARTTLS" in server.capabilities:
            server.starttls(tls)
        elif parts.scheme == "imap" and host not in LOCAL:
            raise imaplib.IMAP4.error("The server offers no STARTTLS; no password was sent.")
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield server
    finally:
        try:
            server.logout()
        except (imaplib.IMAP4.error, OSError):
            server.shutdown()


def _read(settings: Settings, server: imaplib.IMAP4) -> None:
    """Read on from where we were, as long as our turn lasts."""
    _told(server.select(_quoted(_folder(settings))))
    validity = int(server.response("UIDVALIDITY")[1][0] or 0)
    deadline = time.monotonic() + TURN
    while time.monotonic() < deadline:
        last = MailboxPlace.last_of(settings, validity)
        uid = _next_uid(server, last)
        if uid is None:
            return
        message = _fetched(server, uid)  # Nothing is locked while the server takes its time.
        if _give(settings, validity, last, uid, message):
            server.uid("STORE", str(uid), "+FLAGS", r"(\Seen)")


def _give(settings: Settings, validity: int, last: int, uid: int, message: Message | None) -> bool:
    """Give a mail to its readers and note how far we are, in one transaction: none is read twice."""
    place = MailboxPlace.of(settings)
    place.is_for(validity)
    is_ours = False
    if place.uid == last:  # Else another worker was faster.
        place.uid = uid
        is_ours = message is not None and _is_read_by_somebody(message, uid)
    db.session.commit()
    return is_ours


def _next_uid(server: imaplib.IMAP4, last: int) -> int | None:
    found = _told(server.uid("SEARCH", f"UID {last + 1}:*"))
    numbers = [int(each) for each in (found[0] or b"").split()]
    # "8:*" names the last mail, even if that is number 7.
    return min((each for each in numbers if each > last), default=None)


def _fetched(server: imaplib.IMAP4, uid: int) -> Message | None:
    """A mail of the mailbox; None if it is too large, or gone."""
    size = _told(server.uid("FETCH", str(uid), "(RFC822.SIZE)"))
    found = SIZE.search(bytes(size[0] or b""))
    if found is None or int(found[1]) > LARGEST:
        return None
    fetched = _told(server.uid("FETCH", str(uid), "(BODY.PEEK[])"))
    bodies = [each[1] for each in fetched if isinstance(each, tuple)]
    return _understood(bodies[0], uid) if bodies else None


def _understood(body: bytes, uid: int) -> Message | None:
    """What a mail says; None if it can't be read: some are made so that Python breaks on them."""
    try:
        # The other policies need minutes for heads that are made to be slow.
        return message_from_bytes(body)
    except Exception:
        log.exception("mail %s of the mailbox could not be read", uid)
        return None


def _is_read_by_somebody(message: Message, uid: int) -> bool:
    try:
        with db.session.begin_nested():
            return any(reader(message) for reader in READERS)
    except Exception:  # What strangers send must not keep us from the mails behind it.
        log.exception("mail %s of the mailbox could not be understood", uid)
        return False


def _told(answer: tuple[str, Any]) -> list[Any]:
    """What the server said. Raises imaplib's error if it would not."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(str(data[0] if data else status))
    return list(data)


def _folder(settings: Settings) -> str:
    return unquote(urlsplit(settings.imap_url).path.strip("/")) or "INBOX"


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
