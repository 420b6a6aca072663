"""`flask doctor`: whether everything is all right with an installation, and what to do where it is not."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core import features
from app.core.checks import Check
from app.core.doctor import address, database, machine, post, stored, work

CHECKS = [
    Check("version", _l("Version"), machine.look_at_version),
    Check("settings", _l("Settings"), machine.look_at_settings),
    Check("secrets", _l("Secrets"), machine.look_at_secrets),
    Check("disk", _l("Disk"), machine.look_at_disk),
    Check("database", _l("Database"), database.look_at_database),
    Check("migrations", _l("Tables"), database.look_at_tables),
    Check("clock", _l("Clock"), database.look_at_clock),
    Check("storage", _l("Storage"), stored.look_at_storage),
    Check("worker", _l("Worker"), work.look_at_worker),
    Check("queues", _l("Queues"), work.look_at_queues),
    Check("redis", _l("Redis"), work.look_at_redis),
    Check("backups", _l("Backups"), stored.look_at_backups),
    Check("mail", _l("Mail"), post.look_at_mail),
    Check("mailbox", _l("Mailbox"), post.look_at_mailbox),
    Check("dns", _l("DNS"), post.look_at_names),
    Check("address", _l("Address"), address.look_at_address),
]


def every_check() -> list[Check]:
    """All questions, those of the slices last."""
    return [*CHECKS, *(check for each in features.every_feature() for check in each.checks)]
