"""Owners hear of it when backups have stopped coming about: nobody looks for that by themselves."""

from __future__ import annotations

from datetime import timedelta

from app.blueprints.accounts.models import User
from app.core import mail
from app.core.backup import Backup
from app.core.chores import again
from app.core.models import every


@again("missing backups", timedelta(days=1))
def tell_owners() -> None:
    """Write to all owners, each day until there is a backup again."""
    standing = Backup.standing()
    if standing.is_overdue:
        for owner in every(User.staff().where(User.agency_role == "owner")):
            mail.queue("backup_missing", owner.recipient, standing=standing)
