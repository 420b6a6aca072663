"""What people can do with files, for the help page."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from app.blueprints.accounts.models import User
from app.blueprints.clients import access
from app.core.features import Tip


def tips(user: User) -> Iterator[Tip]:
    """Finding files, for everybody; uploading, for whoever may; sharing, for the agency."""
    if user.is_staff:
        words = _("What you upload stays internal until you share it. Every version is kept.")
        yield Tip(_("Share files"), words, order=30)
        words = _("Write down what you need from a client. It waits on their start page.")
        yield Tip(_("Ask for files"), words, order=30)
        return
    yield Tip(
        _("Find your files"),
        _("All versions of all files stay here for you, to look at and to download."),
        order=30,
    )
    if access.can_somewhere(user, "upload"):
        words = _("Drop them on the files page of a project, or take a photo with your phone.")
        yield Tip(_("Send us files"), words, order=30)
