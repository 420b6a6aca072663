"""The links of invitations. Each mail has its own, so that sending again never kills one on its way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, DomainError
from app.core.models import UNNESTED, Instant, Model, one
from app.core.tokens import digest, new_token
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.clients.invitations import Invitation

LIFE = timedelta(days=14)
PAUSE = timedelta(minutes=10)


class InvitationClosed(DomainError):
    """It was accepted, withdrawn, or is too old."""

    status = 410
    sentence = _l("This invitation is not valid any more.")


class InvitationLink(Model):
    """A link that was sent; only its digest is kept."""

    __tablename__ = "invitation_links"

    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitations.id", ondelete="CASCADE"), index=True
    )
    invitation: Mapped[Invitation] = relationship(lazy="joined", innerjoin=UNNESTED)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)

    @classmethod
    def made_for(cls, invitation: Invitation) -> str:
        """Make a link for an invitation and return its secret."""
        token = new_token()
        link = cls(invitation=invitation, digest=digest(token), expires_at=invitation.expires_at)
        db.session.add(link)
        db.session.flush()
        return token

    @classmethod
    def with_token(cls, token: str) -> Self | None:
        """The link of a mail, whatever became of it."""
        return one(select(cls).where(cls.digest == digest(token)))

    @property
    def is_open(self) -> bool:
        """Whether it still lets the person in."""
        return self.invitation.is_pending and self.expires_at > clock.now()

    @property
    def state(self) -> str:
        """What became of it: open, expired, accepted or withdrawn."""
        if self.invitation.accepted_at is not None:
            state = "accepted"
        elif self.invitation.withdrawn_at is not None:
            state = "withdrawn"
        else:
            state = "open" if self.is_open else "expired"
        return state

    def accept(self) -> tuple[User, bool]:
        """Accept the invitation by this link. Raises InvitationClosed."""
        if not self.is_open:
            raise InvitationClosed
        return self.invitation.accept()

    def renew(self) -> None:
        """Mail a new link to the invited address, as this one is too old. Raises TooMany, InvitationClosed."""
        if self.is_open:
            raise Conflict(_l("This link still works. You can accept the invitation with it."))
        self.invitation.send_again()
