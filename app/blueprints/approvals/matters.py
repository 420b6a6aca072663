"""What a mail or a list speaks of: an approval, or all that waits in its package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.blueprints.accounts.links import personal_url
from app.blueprints.accounts.models import User
from app.blueprints.approvals.items import ApprovalItem
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.core.models import every
from app.extensions import db


@dataclass(frozen=True, slots=True)
class Matter:
    """An approval, alone or standing for the package that it is a part of."""

    approval: Approval
    package: Package | None = None

    @classmethod
    def whole(cls, approval: Approval) -> Matter:
        """The package of an approval, if it is a part of one."""
        number = approval.package_id
        return cls(approval, db.session.get_one(Package, number) if number else None)

    @property
    def title(self) -> str:
        return self.package.title if self.package else self.approval.title

    def items(self, user: User) -> Sequence[ApprovalItem]:
        """The versions that it is about for a person; of a package, those that wait for them."""
        if self.package is None:
            return self.approval.current_items()
        waiting = every(self.package.waiting_for(user)) or [self.approval]
        return [item for each in waiting for item in each.current_items()]

    def picture_for(self, user: User) -> int | None:
        """The number of the version that a mail to a person shows: the first that it is about."""
        items = self.items(user)
        return items[0].version_id if items else None

    @property
    def page(self) -> tuple[str, str]:
        """The endpoint of its page, and the opaque id there."""
        if self.package is None:
            return "approvals.show", self.approval.public_id
        return "approvals.show_package", self.package.public_id

    def url(self, user: User) -> str:
        """Where a person finds it, signed in or not."""
        endpoint, public_id = self.page
        return personal_url(user, endpoint, public_id=public_id)


def told_together(approvals: Iterable[Approval]) -> list[Matter]:
    """Of each package the first, which stands for all of it; their packages must be loaded."""
    first = {each.package_id or -each.id: each for each in reversed(list(approvals))}
    return [Matter(each, each.package) for each in reversed(first.values())]
