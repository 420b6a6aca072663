"""The slices, in the order of the floors they stand on."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.features import Feature


def slices() -> Sequence[Feature]:
    """The features of all slices; a project's tabs and the owner's switches have this order."""
    from app.blueprints import (
        accounts,
        approvals,
        clients,
        files,
        notifications,
        projects,
        search,
    )

    return [
        accounts.FEATURE,
        clients.FEATURE,
        projects.FEATURE,
        files.FEATURE,
        approvals.FEATURE,
        notifications.FEATURE,
        search.FEATURE,
    ]
