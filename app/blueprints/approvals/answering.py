"""What follows from a decision: a line in the log, and mails to those who come next, or who wait for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.blueprints.accounts.models import User
from app.blueprints.approvals import agency_letters, letters, log
from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.models import Approval
from app.blueprints.approvals.packages import Package
from app.core.events import Device
from app.core.models import every


def answer(
    approval: Approval, by: User, outcome: str, reason: str, seen: str, where: Device
) -> Decision:
    """Decide on one approval, and let everybody know. Raises the same as Decision.make."""
    package, before = Package.of(approval), []
    if package is not None:
        before = list(every(package.hold().whose_turn()))
    decision, is_new = Decision.make(approval, by, outcome, reason, seen, where)
    if is_new:
        _tell([decision], package, before, where)
    return decision


def approve_all(
    package: Package, by: User, seen: Mapping[str, str], where: Device
) -> Sequence[Decision]:
    """Approve all that waits for a person in a package. Raises the same as Package.approve_all."""
    before = every(package.hold().whose_turn())
    made = package.approve_all(by, seen, where)
    if made:
        _tell(made, package, before, where)
    return made


def _tell(
    made: Sequence[Decision], package: Package | None, before: Sequence[User], where: Device
) -> None:
    """Ask who comes next, once however much it is; tell the agency at the end, of a package as a whole."""
    for decision in made:
        log.decided(decision, decision.by, where)
        approval = decision.approval
        if approval.is_open and approval.mode == "order":
            letters.ask_for_all(approval, before)
            before = [*before, *every(approval.whose_turn())]
        if approval.is_open or package is not None:
            agency_letters.tell_what_was_said(decision)
        else:
            agency_letters.tell_agency(decision)
    if package is not None and package.is_settled:
        agency_letters.tell_of_package(package, made[-1].by)
