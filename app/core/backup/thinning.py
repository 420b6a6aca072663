"""Which backups stay: all of the last day, then one for each of 7 days, 4 weeks and 12 months."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice

from app.core import clock
from app.core.backup.errors import reaching
from app.core.backup.manifest import moment_of
from app.core.backup.vault import Vault

DAY = timedelta(days=1)
GRACE = 2 * DAY
"""So long stays what no backup needs: somebody could be making one that does."""
RULES: tuple[tuple[int, Callable[[datetime], object]], ...] = (
    (7, lambda at: at.date()),
    (4, lambda at: at.isocalendar()[:2]),
    (12, lambda at: (at.year, at.month)),
)


def kept(names: Iterable[str], now: datetime) -> set[str]:
    """Those of the names that stay: of each day, week and month that counts, the newest."""
    newest_first = sorted(names, reverse=True)
    stays = {name for name in newest_first if moment_of(name) > now - DAY}
    for count, part_of in RULES:
        first: dict[object, str] = {}
        for name in newest_first:
            first.setdefault(part_of(moment_of(name)), name)
        stays.update(islice(first.values(), count))
    return stays


def thin(vault: Vault) -> list[str]:
    """Remove the backups that don't stay, then the files that no backup needs; returns the names."""
    names = vault.names()
    gone = sorted(set(names) - kept(names, clock.now()))
    for name in gone:
        vault.remove(name)
    sweep(vault)
    return gone


def sweep(vault: Vault) -> int:
    """Delete files that no backup needs, and what killed ones have left half-written; returns how many."""
    before = clock.now() - GRACE
    with reaching(vault.address):
        vault.objects.discard_remains(before)
        loose = set(vault.objects.keys(before=before))
        for name in vault.names():
            # One that can't be read stops the sweep: nobody knows what it needs.
            loose.difference_update(vault.manifest(name).keys())
        for key in loose:
            vault.objects.delete(key)
    return len(loose)
