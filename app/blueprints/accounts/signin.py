"""Signing in: a link that works once, and a code beside it, both from the same mail.

Known and unknown addresses are treated alike, row for row, so that nobody learns who has access: where
there is nobody, the mail is written as well, but to nobody, and goes with the next housekeeping.
The limits are counted on these rows: links of an address that still work, requests of a network, wrong
codes of an address. None of them stops the owner of an address: whenever "enough links" is the answer,
a link that works lies in the mailbox; and wrong codes close the code, never the link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, Select, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User, normal_email
from app.core import clock, mail
from app.core.addresses import full_url
from app.core.errors import DomainError, TooMany
from app.core.formats import clock_time
from app.core.mail import NOBODY, Recipient
from app.core.models import Instant, Model, every, one
from app.core.tokens import digest, keyed_digest, new_code, new_token, same
from app.extensions import db

LIFE = timedelta(minutes=15)
KEEP = timedelta(days=2)
OPEN_LINKS = 4
NETWORK_REQUESTS = 20
CODE_TRIES = 5
CODE_TRIES_A_DAY = 30


class LinkExpired(DomainError):
    """The link was used, or is too old."""

    status = 410
    sentence = _l("This link has been used already, or it is older than 15 minutes.")


WRONG = _l("This code is not right. Please check the six digits.")
CLOSED = _l("Too many wrong codes. Please use the link in the mail, or ask for a new mail.")
RUN_OUT = _l("This code has run out. Please ask for a new mail.")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a code that was typed: the link that it used up, or what is wrong with it."""

    link: SignInLink | None = None
    problem: Any = None


class SignInLink(Model):
    """One request to sign in: its link, its code, the browser that asked, and where it leads."""

    __tablename__ = "sign_in_links"
    __table_args__ = (
        Index("ix_sign_in_links_email_digest_id", "email_digest", "id"),
        Index("ix_sign_in_links_network_id", "network", "id"),
        Index("ix_sign_in_links_browser_digest_id", "browser_digest", "id"),
        Index("ix_sign_in_links_created_at", "created_at"),
    )

    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    user: Mapped[User | None] = relationship(lazy="joined")
    email_digest: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    browser_digest: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    next_path: Mapped[str] = mapped_column(String(1000), default="")
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def ask(
        cls, email: str, address: str, next_path: str, language: str, browser: str = ""
    ) -> tuple[Self, str]:
        """Send a link and a code to the person with this address, if there is one.

        `browser` is the secret that the browser has from an earlier request, if it asked before.
        Returns the row and the secret for the browser. Raises TooMany.
        """
        email = normal_email(email)
        user = User.with_email(email)
        link = cls._new(user, email, address, next_path)
        link._must_be_within_limits()
        token, code, browser = new_token(), new_code(), browser or new_token()
        link.digest, link.browser_digest = digest(token), digest(browser)
        link.code_digest = keyed_digest(code, link.digest)
        db.session.add(link)
        to = user.recipient if user else Recipient(email, "", language)
        letter = mail.compose("sign_in", to, secret=True, link=address_of(token), code=code)
        letter.due_at = clock.now()
        if user is None:
            letter.to_email = letter.text = letter.html = NOBODY
        db.session.add(letter)
        db.session.flush()
        return link, browser

    @classmethod
    def made_for(cls, user: User, next_path: str = "") -> str:
        """The address of a fresh link for a person, for `flask owner` and the demo."""
        link, token = cls._new(user, user.email, "", next_path), new_token()
        link.digest, link.browser_digest, link.code_digest = digest(token), digest(new_token()), ""
        db.session.add(link)
        db.session.flush()
        return address_of(token)

    @classmethod
    def end_all(cls, user: User) -> None:
        """Let no link that was sent to a person work any more."""
        mine = update(cls).where(cls.user_id == user.id, cls.used_at.is_(None))
        db.session.execute(mine.values(used_at=clock.now()))

    @classmethod
    def with_token(cls, token: str) -> Self | None:
        """The request that a link from a mail belongs to, whatever became of it."""
        return one(select(cls).where(cls.digest == digest(token)))

    @property
    def is_open(self) -> bool:
        """Whether the link still works."""
        return self.used_at is None and self.expires_at > clock.now()

    def was_asked_by(self, browser: str) -> bool:
        """Whether the browser that holds this secret asked for the link."""
        return bool(browser) and same(self.browser_digest, digest(browser))

    def ask_again(self, address: str, browser: str = "") -> str:
        """Send a new link to the same person, to the same page. Raises LinkExpired, TooMany."""
        if self.user is None:
            raise LinkExpired
        to = self.user
        return type(self).ask(to.email, address, self.next_path, to.language, browser)[1]

    def use(self) -> User:
        """Use the link up and return who signs in. Raises LinkExpired, also when two use it at once."""
        moment, kind = clock.now(), type(self)
        mine = update(kind).where(
            kind.id == self.id, kind.used_at.is_(None), kind.expires_at > moment
        )
        used = db.session.execute(mine.values(used_at=moment)).rowcount  # type: ignore[attr-defined]
        if not used or self.user is None or self.user.removed_at is not None:
            raise LinkExpired
        return self.user

    @classmethod
    def try_code(cls, browser: str, code: str) -> Attempt:
        """Use up the link whose code this is, of those that this browser asked for and that still work.

        Commit even if the code is wrong: each try counts, on every link that it could have been for.
        """
        waiting = every(cls._waiting_in(browser))
        if not waiting:
            return Attempt(problem=RUN_OUT)
        # Counted for each address: asking for one's own in between must not open another's again.
        spent = {
            address
            for address in {link.email_digest for link in waiting}
            if cls._wrong_codes_today(address) >= CODE_TRIES_A_DAY
        }
        tried = cls._count_try([link for link in waiting if link.email_digest not in spent])
        for link in waiting:
            right = same(link.code_digest, keyed_digest(code, link.digest))
            if link.id in tried and right and link.user:
                link.use()
                return Attempt(link)
        return Attempt(problem=WRONG if tried else CLOSED)

    @classmethod
    def forget_old(cls) -> None:
        """Delete the requests that no limit counts any more, and the mails to nobody."""
        db.session.execute(delete(cls).where(cls.created_at < clock.now() - KEEP))
        db.session.execute(delete(mail.Mail).where(mail.Mail.to_email == NOBODY))

    @classmethod
    def _new(cls, user: User | None, email: str, address: str, next_path: str) -> Self:
        return cls(
            user=user,
            email_digest=keyed_digest(email, "email"),
            network=keyed_digest(network_of(address), "network"),
            next_path=next_path,
            expires_at=clock.now() + LIFE,
        )

    def _must_be_within_limits(self) -> None:
        kind, moment = type(self), clock.now()
        working = (
            kind.code_digest != "",  # Links that were printed lie in nobody's mailbox.
            kind.email_digest == self.email_digest,
            kind.used_at.is_(None),
            kind.expires_at > moment,
        )
        first, number = db.session.execute(
            select(func.min(kind.expires_at), func.count()).where(*working)
        ).one()
        if number >= OPEN_LINKS:
            raise TooMany(
                _l(
                    "We have sent you several links already, and they still work: please look into your mailbox, "
                    "in the spam folder too. You can ask for another one at %(time)s.",
                    time=clock_time(first),
                )
            )
        recent = (kind.network == self.network, kind.created_at > moment - LIFE)
        asked = db.session.scalar(select(func.count()).where(*recent)) or 0
        if asked >= NETWORK_REQUESTS:
            raise TooMany(
                _l("Too many requests came from your network. Please try again in 15 minutes.")
            )

    @classmethod
    def _waiting_in(cls, browser: str) -> Select[Self]:
        asked = (cls.browser_digest == digest(browser), cls.used_at.is_(None))
        return select(cls).where(*asked, cls.expires_at > clock.now()).order_by(cls.id.desc())

    @classmethod
    def _count_try(cls, links: Sequence[Self]) -> set[int]:
        """Count a try on each link that has tries left, and return the numbers of these."""
        mine = (cls.id.in_([link.id for link in links]), cls.tries < CODE_TRIES)
        counted = update(cls).where(*mine).values(tries=cls.tries + 1).returning(cls.id)
        return set(db.session.scalars(counted.execution_options(synchronize_session=False)))

    @classmethod
    def _wrong_codes_today(cls, email_digest: str) -> int:
        today = cls.created_at > clock.now() - timedelta(days=1)
        tries = select(func.sum(cls.tries)).where(cls.email_digest == email_digest, today)
        return db.session.scalar(tries) or 0


def address_of(token: str) -> str:
    """The full address of a sign-in link."""
    return full_url("accounts.show_link", token=token)


def network_of(address: str) -> str:
    """The network that an address belongs to: itself for IPv4, its /64 for IPv6."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(known if known.version == 4 else ip_network((known, 64), strict=False))
