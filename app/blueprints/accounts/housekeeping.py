"""What is deleted every day: requests to sign in and sessions that are long over."""

from __future__ import annotations

from datetime import timedelta

from app.blueprints.accounts.sessions import UserSession
from app.blueprints.accounts.signin import SignInLink
from app.core.chores import again


@again("accounts", timedelta(days=1))
def forget_old() -> None:
    """Delete what no limit counts and nobody asks for any more."""
    SignInLink.forget_old()
    UserSession.forget_old()
