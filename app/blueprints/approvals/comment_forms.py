"""What people say about an approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from app.blueprints.approvals.items import ApprovalItem
from app.core.forms import Form, Hidden, OneOf, Words

MISSING = _l("Please write something first.")


class CommentForm(Form):
    """A new comment, with the round that its writer has before them."""

    body = Words(_l("Comment"), 4000, missing=MISSING)
    about = OneOf(_l("What is it about?"), default="")
    round = Hidden()
    answers = Hidden()

    @property
    def number(self) -> int:
        """The round that the writer has before them."""
        return int(self.round.data)

    def item(self, items: Sequence[ApprovalItem]) -> ApprovalItem | None:
        """What the comment is about: the only thing, the one that was chosen, or the whole."""
        chosen = [each for each in items if each.public_id == self.about.data]
        return items[0] if len(items) == 1 else next(iter(chosen), None)

    def offer(self, items: Sequence[ApprovalItem]) -> None:
        """Let the writer choose among several things; one alone is what it is about."""
        names = [(item.public_id, item.version.name) for item in items]
        self.about.choices = [("", _l("The whole")), *names] if len(names) > 1 else [("", "")]

    def validate_round(self, field: Any) -> None:
        if not (field.data.isascii() and field.data.isdigit() and len(field.data) < 9):
            raise ValidationError(_l("Please choose one of these."))


class DraftForm(Form):
    """A draft that is changed."""

    body = Words(_l("Comment"), 4000, missing=MISSING)
