"""What a request says beside its versions, as it is typed."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, TimeField
from wtforms.validators import NumberRange, Optional, ValidationError

from app.blueprints.approvals.terms import Terms
from app.core import clock
from app.core.agency import agency_zone
from app.core.forms import Day, Form, Hidden, Line, Words

EVENING = time(18)
ROUNDS = _l("Please enter a number from 1 to 99, or nothing.")


class DeadlineForm(Form):
    """Until when somebody has to decide; day and time are the agency's."""

    due_on = Day(_l("Decide by"), required=False)
    due_time = TimeField(_l("Time"), validators=[Optional()], default=EVENING)
    stands: datetime | None = None
    """The deadline that there is already; it may have passed."""

    @property
    def due_at(self) -> datetime | None:
        """The deadline as an instant, if there is to be one."""
        if not self.due_on.data:
            return None
        zone = ZoneInfo(agency_zone())
        return datetime.combine(self.due_on.data, self.due_time.data or EVENING, zone)

    def validate_due_on(self, _field: Any) -> None:
        """Refuse a moment that has passed."""
        due_at = self.due_at
        if due_at is not None and due_at <= clock.now() and due_at != self.stands:
            raise ValidationError(_l("This moment has passed. Please choose a later one."))


def showing(due_at: datetime | None) -> dict[str, Any]:
    """The fields that show a deadline."""
    local = due_at and due_at.astimezone(ZoneInfo(agency_zone()))
    return {"due_on": local.date(), "due_time": local.time()} if local else {}


class TermsForm(DeadlineForm):
    """What an approval says beside its versions."""

    title = Line(
        _l("What is it?"), 160, description=_l("As the client calls it: Poster, version 3")
    )
    message = Words(_l("Your message"), 4000, required=False)
    rounds_agreed = IntegerField(
        _l("How many rounds are agreed?"), validators=[Optional(), NumberRange(1, 99, ROUNDS)]
    )

    @property
    def terms(self) -> Terms:
        """What was typed."""
        return Terms(self.title.data, self.message.data, self.due_at, self.rounds_agreed.data)


class ChangeForm(TermsForm):
    """Other terms for what was asked already; `seen`: for which versions."""

    seen = Hidden()
    by_mail = BooleanField(_l("Tell them by mail"), default=True)
