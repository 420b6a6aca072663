"""Backups: the database as of one moment, and every file that it knows, kept apart from the portal.

Files never change under their key, so all backups of a place share them: a backup is a manifest, a copy
of the database, and the files that were not there yet.
"""

from __future__ import annotations

from app.core.backup.errors import BackupError, BackupRunning
from app.core.backup.plan import DRAIN, Backup

__all__ = ["DRAIN", "Backup", "BackupError", "BackupRunning"]
