"""Why an approval says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, DomainError

if TYPE_CHECKING:
    from app.blueprints.approvals.question import Question


class Finished(Conflict):
    """Nothing is asked or decided in a project that is over."""

    sentence = _l("This project is finished. What is in it can be read, but not changed.")


class Overtaken(Conflict):
    """What the person saw is no longer how it is; the page as it is now says what to do."""

    def __init__(self, approval: Question) -> None:
        super().__init__()
        self.public_id = approval.public_id


class ReasonMissing(DomainError):
    """Without a reason, nobody knows what to change."""

    status = 422
    sentence = _l("Please write what we should change. One sentence is enough.")
