"""The receipt of a decision: what it says, as the decision and its line in the log have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import ngettext

from app.blueprints.approvals.decisions import Decision
from app.blueprints.approvals.log import line_of
from app.blueprints.clients.models import ROLE_NAMES
from app.core.addresses import full_url

CODE = 16
"""How many digits of the line's hash are the code that is typed to check a receipt: 64 bits."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says. Who decided is as they were called, and what they were, at that moment.

    `hash` is that of the line in the log, which holds this decision and all that happened before it.
    """

    reference: str
    is_approval: bool
    title: str
    project_name: str
    seen: Sequence[dict[str, Any]]
    reason: str
    name: str
    role: Any
    company: str
    at: datetime
    place: str
    hash: str
    taken_back_at: datetime | None = None

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """The receipt of a decision that is committed."""
        line = line_of(decision)
        facts = line.facts if line else {}
        return cls(
            reference=decision.reference,
            is_approval=decision.is_approval,
            title=facts.get("name") or decision.approval.title,
            project_name=facts.get("project_name", ""),
            seen=decision.seen,
            reason=decision.reason,
            name=(line.actor_name if line else "") or decision.by.name,
            role=ROLE_NAMES.get(facts.get("role", ""), ""),
            company=facts.get("company", ""),
            at=decision.created_at,
            place=_place(decision),
            hash=line.hash if line else "",
            taken_back_at=decision.retraction.created_at if decision.retraction else None,
        )

    @property
    def whose(self) -> str:
        """For whom the person decided: company and role."""
        role = _("role “%(role)s”", role=self.role) if self.role else ""
        return ", ".join(filter(None, (self.company, role)))

    def version_of(self, sha256: str) -> dict[str, Any] | None:
        """What was decided about and has this hash, itself or as the copy that others get."""
        hashes = ((each, {each["sha256"], each.get("copy_sha256")}) for each in self.seen)
        return next((each for each, mine in hashes if sha256 in mine), None)

    @property
    def code(self) -> str:
        """What somebody who has the receipt can type, and nobody can guess."""
        return self.hash[:CODE]

    @property
    def seal(self) -> str:
        """Reference and code in one, for an address."""
        return f"{self.reference}-{self.code}"

    @property
    def check_url(self) -> str:
        """Where anybody who has the receipt can check it."""
        return full_url("approvals.show_verification", seal_token=self.seal)

    @property
    def sentence(self) -> str:
        """What was decided, and by whom, in a sentence."""
        if self.is_approval:
            said = ngettext(
                "%(name)s has approved this version.",
                "%(name)s has approved these versions.",
                len(self.seen),
                name=self.name,
            )
        else:
            said = ngettext(
                "%(name)s wants changes to this version.",
                "%(name)s wants changes to these versions.",
                len(self.seen),
                name=self.name,
            )
        return str(said)


def _place(decision: Decision) -> str:
    """From where: the device in words, and the network address without its last part."""
    address = decision.masked_address
    return ", ".join(filter(None, (decision.device, f"IP {address}" if address else "")))
