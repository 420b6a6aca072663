"""The mail that asks a person into the portal: of an invitation, and for who was let in but never came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.blueprints.clients.links import PAUSE, InvitationLink
from app.blueprints.clients.models import ROLE_WELCOMES, Client, Membership
from app.core import clock, mail
from app.core.addresses import full_url
from app.core.errors import Conflict, TooMany
from app.core.mail import Mail, Recipient
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.clients.invitations import Invitation

KIND = "invitation"
JUST_SENT = _l("The mail was sent a few minutes ago. Please wait a little.")


def send(invitation: Invitation) -> None:
    """Mail an invitation, with a link of its own."""
    client = invitation.client
    mail.queue(
        KIND,
        Recipient(invitation.email, invitation.name, invitation.language),
        secret=True,
        reply_to=invitation.invited_by.email,
        inviter=invitation.invited_by,
        called=invitation.called,
        place=client.name if client else "",
        welcome=ROLE_WELCOMES[invitation.role or invitation.agency_role or "viewer"],
        is_main=invitation.is_main,
        until=invitation.expires_at,
        link=full_url("clients.show_invitation", token=InvitationLink.made_for(invitation)),
        **_colour_of(client),
    )


def send_to_member(membership: Membership, client: Client, by: User) -> None:
    """Invite somebody once more who belongs to a client, but has never signed in.

    Raises Conflict if they have been here, TooMany if the last mail is minutes old.
    """
    user = membership.user
    client.hold()  # Of two taps at once, the second finds the mail of the first.
    if user.seen_at is not None:
        raise Conflict(_l("This person has signed in by now."))
    recent = (Mail.user_id == user.id, Mail.kind == KIND, Mail.created_at > clock.now() - PAUSE)
    if db.session.scalar(select(Mail.id).where(*recent).limit(1)) is not None:
        raise TooMany(JUST_SENT)
    mail.queue(
        KIND,
        user.recipient,
        reply_to=by.email,
        inviter=by,
        called=user.called,
        place=client.name,
        welcome=ROLE_WELCOMES[membership.role],
        is_main=membership.is_main,
        until=None,
        link=personal_url(user, "projects.home"),
        **_colour_of(client),
    )


def _colour_of(client: Client | None) -> dict[str, Any]:
    return {"colour": client.colour} if client and client.colour else {}
