"""What is tidied up: requests to sign in and sessions that are long over, views that ended by themselves."""

from __future__ import annotations

from datetime import timedelta

from app.blueprints.accounts.sessions import UserSession
from app.blueprints.accounts.signin import SignInLink
from app.blueprints.accounts.viewings import Viewing
from app.core.chores import again


@again("accounts", timedelta(days=1))
def forget_old() -> None:
    """Delete what no limit counts and nobody asks for any more."""
    SignInLink.forget_old()
    UserSession.forget_old()


@again("viewings", timedelta(minutes=5))
def note_ended_views() -> None:
    """Note in the log when those views ended that nobody has ended."""
    for viewing in Viewing.over():
        viewing.end(viewing.expires_at)
