"""Addresses in the foot and in the head of mails that work without a session."""

from __future__ import annotations

from collections.abc import Collection

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.core.addresses import full_url
from app.core.tokens import sign

PURPOSE = "unsubscribe"


def unsubscribe_url(user: User, kinds: Collection[str]) -> str:
    """Where a person ends mails of these kinds: the signature says who, so that nobody must sign in."""
    token = sign(PURPOSE, [user.public_id, *sorted(kinds)])
    return full_url("notifications.show_unsubscribing", token=token)


def settings_url(user: User) -> str:
    """Where a person chooses which mails they get."""
    return personal_url(user, "notifications.show_settings")
