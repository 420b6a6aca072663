"""The outbox: a mail is composed and queued by the transaction that causes it, and delivered by a drain."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Self

from flask import current_app, render_template
from flask_babel import force_locale
from jinja2_fragments.flask import render_block
from markupsafe import Markup
from sqlalchemy import ColumnElement, Index, Select, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.agency import COLOUR, Agency
from app.core.colour import on_colour
from app.core.due import BACK_OFF, Due
from app.core.formats import force_time_zone
from app.core.headers import address, line
from app.core.models import Instant, every
from app.core.returned import OURS
from app.core.tokens import new_token
from app.extensions import db
from app.settings import Settings

NOBODY = ""
"""Whom a mail is for that exists only so that a request takes as long as if it went to somebody."""
FOUR_DAYS = (*BACK_OFF[:5], *8 * (timedelta(hours=12),))
"""How long a mail is tried: a mail server may be away for a long weekend."""
PICTURE = "cid:picture"
WITH_PICTURE = re.compile(r'<p class="shot">.*?</p>', re.DOTALL)
HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
PREHEADER = re.compile(r'<div class="preheader">(.*?)</div>', re.DOTALL)
UNWANTED, GONE, MOOT, SEEN = "unwanted", "gone", "moot", "seen"
GATHERED, STOPPED = "gathered", "stopped"
"""Why a mail was called off: its reader wants none, has no access any more, what it says was no longer so
or had been seen; another mail tells it together with more, or mails to this address came back before."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A small picture that goes with a mail."""

    body: bytes
    subtype: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail goes to, in which language, and in which time zone (the agency's, if empty)."""

    email: str
    name: str
    language: str
    user_id: int | None = None
    time_zone: str = ""


class Mail(Due):
    """One mail in the outbox. Its Message-ID stays the same at every try, so that a second is known as one."""

    back_off = FOUR_DAYS
    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_user_id_id", "user_id", "id"),
        Index("ix_mails_user_id_held_until", "user_id", "held_until"),
        Index("ix_mails_to_email_id", "to_email", "id"),
        Index("ix_mails_created_at", "created_at"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int | None]
    project_id: Mapped[int | None]
    to_email: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(200), default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    thread: Mapped[str] = mapped_column(String(80), default="", index=True)
    unsubscribe: Mapped[str] = mapped_column(String(300), default="")
    is_secret: Mapped[bool] = mapped_column(default=False)
    says: Mapped[str] = mapped_column(String(500), default="")
    brief: Mapped[str] = mapped_column(String(500), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    picture_of: Mapped[int | None]
    needed_by: Mapped[datetime | None] = mapped_column(Instant)
    held_until: Mapped[datetime | None] = mapped_column(Instant)
    called_off: Mapped[str] = mapped_column(String(10), default="")
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_at: Mapped[datetime | None] = mapped_column(Instant)
    bounced_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def waits(cls) -> ColumnElement[bool]:
        """The condition under which a mail is still to go out, now or later."""
        return or_(cls.due_at.is_not(None), cls.held_until.is_not(None))

    @classmethod
    def held_for(cls, user_id: int) -> Select[Self]:
        """What a person wants later, the oldest first."""
        mine = (cls.user_id == user_id, cls.held_until.is_not(None))
        return select(cls).where(*mine).order_by(cls.id)

    @classmethod
    def follow(cls, user_id: int, email: str) -> None:
        """Let what waits for a person go to their new address; who reads the old one gets no way in."""
        waiting = select(cls).where(cls.user_id == user_id, cls.waits())
        for mail in every(waiting.with_for_update()):
            if mail.is_secret:
                mail.call_off()
            else:
                mail.move_to(email)

    @property
    def name(self) -> str:
        """What it is called where it goes: nobody but its reader's server can know it."""
        return self.message_id.strip("<>")

    @property
    def is_kept(self) -> bool:
        """Whether what it says can still be read: a sent sign-in link is not kept."""
        return bool(self.text)

    def as_message(self, settings: Settings, sender_name: str) -> EmailMessage:
        """The mail in the form of RFC 5322, with a text and an HTML part."""
        message = EmailMessage()
        message["Subject"] = line(self.subject)
        message["From"] = address(sender_name, settings.sender)
        message["To"] = address(self.to_name, self.to_email)
        if self.reply_to:
            message["Reply-To"] = address("", self.reply_to)
        message["Date"] = format_datetime(self.created_at)
        message["Message-ID"] = self.message_id
        message[OURS] = self.name
        if self.thread:
            message["In-Reply-To"] = message["References"] = f"<{self.thread}@{settings.host}>"
        message["Auto-Submitted"] = "auto-generated"
        if self.unsubscribe:  # RFC 2369, RFC 8058: the mail program's own button, by POST.
            message["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self.text)
        self._add_html(message)
        message["Content-Language"] = self.language  # Earlier, it would move into the first part.
        return message

    def _add_html(self, message: EmailMessage) -> None:
        """The HTML part, its styles on each element: not all mail programs look into the head."""
        shot = shot_of(self)
        html = self.html if shot else WITH_PICTURE.sub("", self.html)
        cid = f"picture.{self.name}"
        html = html.replace(f'"{PICTURE}"', f'"cid:{cid}"')
        message.add_alternative(_styled(html) if "<style" in html else html, subtype="html")
        if shot:
            part = message.get_payload()[-1]  # type: ignore[index]
            assert isinstance(part, EmailMessage)
            part.add_related(shot.body, "image", shot.subtype, cid=f"<{cid}>", disposition="inline")

    def was_sent(self) -> None:
        """Note that the mail server has taken it; a secret in it is forgotten."""
        self.settle()
        self.sent_at = clock.now()
        self._forget_secret()

    def give_up(self, problem: str) -> None:
        """Note that it will never be sent, and why."""
        super().give_up(problem)
        self.failed_at = clock.now()
        self._forget_secret()

    def call_off(self, why: str = MOOT) -> None:
        """Note that it need not be sent any more."""
        self.settle()
        self.held_until, self.called_off = None, why

    def hold(self, until: datetime) -> None:
        """Note that its reader wants it later: whoever gathers what they want then lets it go."""
        self.settle()
        self.held_until = until

    def let_go(self) -> None:
        """Send it by itself, now."""
        self.held_until, self.due_at = None, clock.now()

    def came_back(self, problem: str) -> None:
        """Note that it did not reach its reader, after all."""
        self.bounced_at, self.problem = clock.now(), problem[:500]

    def move_to(self, email: str) -> None:
        """Let it go to another address, as another mail: what still comes back from the old one is not about this."""
        self.to_email, self.message_id = email, _new_message_id()

    def send_again(self) -> None:
        """Send what did not arrive once more, together with the rest of it where that is possible."""
        self.bounced_at = self.failed_at = self.sent_at = None
        self.called_off = self.problem = ""
        self.tries = 0
        if self.kind in CAN_WAIT and self.user_id:
            for happens in BEFORE_HELD:
                happens(self)
            self.hold(clock.now())
        else:
            self.let_go()

    def _forget_secret(self) -> None:
        if self.is_secret:
            self.text = self.html = ""


# Asked of a mail of this kind right before it is sent: whether what it says is still so.
ONLY_IF: dict[str, Callable[[Mail], bool]] = {}

# Asked of every mail right before it is sent: whether its reader may still read what it says.
CONCERNS: list[Callable[[Mail], bool]] = []

# Asked of every mail right before it is sent: when its reader wants it; None for never, now for at once.
WANTED: list[Callable[[Mail], datetime | None]] = []

# Asked of every mail right before it is sent: whether its reader has it before them; then it was put or called off.
TOLD_THERE: list[Callable[[Mail], bool]] = []

# Asked of every mail right before it is sent: the picture that goes with it, if its reader may see that.
PICTURES: list[Callable[[Mail], Shot | None]] = []

# Asked of every mail right before it is sent: whether it is worth waiting a moment for its picture.
UNFINISHED: list[Callable[[Mail], bool]] = []

# The kinds of mails that their readers may want later.
CAN_WAIT: set[str] = set()

# Called before a mail is held until its reader wants it: whoever gathers what waits for them must look.
BEFORE_HELD: list[Callable[[Mail], None]] = []

# What stands at the foot of the mails of a template to a person: addresses, by the names that layouts know.
FEET: list[Callable[[str, Recipient], dict[str, str]]] = []


def queue(
    template: str,
    to: Recipient,
    *,
    secret: bool = False,
    reply_to: str = "",
    thread: str = "",
    project_id: int | None = None,
    needed_by: datetime | None = None,
    picture_of: int | None = None,
    **context: Any,
) -> Mail:
    """Compose the mail `mail/<template>` in the recipient's language and put it in the outbox.

    `secret`: what it says is forgotten once it is sent (it carries a link that signs in).
    `thread`: mails about the same thing stand together where they are read.
    `project_id`: what it is about, so that who has muted that project gets none.
    `needed_by`: until when its reader is to do something.
    `picture_of`: the number of what its small picture shows.
    """
    context["picture"] = PICTURE if picture_of else ""
    mail = compose(template, to, secret=secret, reply_to=reply_to, **context)
    mail.picture_of = picture_of
    mail.thread, mail.project_id, mail.needed_by = thread, project_id, needed_by
    mail.due_at = clock.now()
    db.session.add(mail)
    return mail


def call_off(kind: str, thread: str, user_id: int) -> None:
    """Call off what lies in the outbox of this kind and thread for a person."""
    mine = (Mail.kind == kind, Mail.thread == thread, Mail.user_id == user_id)
    for mail in every(select(Mail).where(*mine, Mail.waits())):
        mail.call_off()


def shot_of(mail: Mail) -> Shot | None:
    """The picture that goes with a mail, if there is one that its reader may see."""
    return next(filter(None, (look(mail) for look in PICTURES)), None)


def still_so(mail: Mail) -> bool:
    """Whether what a mail says is still so."""
    return mail.kind not in ONLY_IF or ONLY_IF[mail.kind](mail)


def concerns(mail: Mail) -> bool:
    """Whether its reader may still read what it says."""
    return all(asked(mail) for asked in CONCERNS)


def compose(
    template: str, to: Recipient, *, secret: bool = False, reply_to: str = "", **context: Any
) -> Mail:
    """Compose a mail without putting it in the outbox."""
    agency = Agency.current()
    context = {**_foot(template, to), **context}
    context.setdefault("colour", agency.colour if agency else COLOUR)
    context.update(
        agency=agency, to=to, language=to.language, on_colour=on_colour(context["colour"])
    )
    zone = to.time_zone or (agency.time_zone if agency else "UTC")
    with force_locale(to.language), force_time_zone(zone):
        subject = render_block(f"mail/{template}.txt", "subject", **context)
        text = render_template(f"mail/{template}.txt", **context)
        html = render_template(f"mail/{template}.html", **context)
    return Mail(
        kind=template,
        user_id=to.user_id,
        to_email=to.email,
        to_name=to.name,
        reply_to=reply_to,
        subject=line(subject)[:500],
        text=text.strip() + "\n",
        html=html.strip() + "\n",
        language=to.language,
        message_id=_new_message_id(),
        unsubscribe=context.get("unsubscribe_url", ""),
        is_secret=secret,
        says="" if secret else _within(html, HEADING),
        brief="" if secret else _within(html, PREHEADER),
        url="" if secret else context.get("button_url", ""),
    )


def _new_message_id() -> str:
    settings: Settings = current_app.extensions["settings"]
    return f"<{new_token()}@{settings.host}>"


def _styled(html: str) -> str:
    import css_inline  # Here: the web process sends nothing, and starts faster without it.

    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False).inline(html)


def _within(html: str, part: re.Pattern[str]) -> str:
    """A part of a mail in one line of plain text, for where it is told together with others."""
    found = part.search(html)
    return line(Markup(found[1]).striptags())[:500] if found else ""  # noqa: S704 - our own template


def _foot(template: str, to: Recipient) -> dict[str, str]:
    return {name: url for foot in FEET for name, url in foot(template, to).items()}
