"""What people can do about approvals, for the help page."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.core.features import Tip


def tips(user: User) -> Iterator[Tip]:
    """Asking, for the agency; deciding and commenting, for whoever may."""
    if user.is_staff:
        words = _("Ask for a decision on exactly these versions. The answer comes with a receipt.")
        yield Tip(_("Ask for approval"), words, order=20)
        return
    if access.can_somewhere(user, "decide"):
        words = _("What waits for your decision stands on top of your start page.")
        yield Tip(_("Decide"), words, order=20)
    if access.can_somewhere(user, "comment"):
        words = _("Beside what is to be approved. We see it when you send it, not before.")
        yield Tip(_("Say what you notice"), words, order=20)
