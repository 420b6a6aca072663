"""What is asked, and what is decided."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TimeField
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput

from app.blueprints.approvals.decisions import OUTCOMES, ReasonMissing
from app.core import clock
from app.core.agency import Agency
from app.core.forms import Day, Form, Hidden, Line, SomeOf, Words

EVENING = time(18)


class AskForm(Form):
    """A request for approval."""

    versions = SomeOf(_l("What is to be approved?"), required=True, option_widget=CheckboxInput())
    title = Line(
        _l("What is it?"), 160, description=_l("As the client calls it: Poster, version 3")
    )
    message = Words(_l("Your message"), 4000, required=False)
    due_on = Day(_l("Decide by"), required=False)
    due_time = TimeField(_l("Time"), validators=[Optional()], default=EVENING)
    deciders = SomeOf(
        _l("Who decides? One answer is enough."), required=True, option_widget=CheckboxInput()
    )
    by_mail = BooleanField(_l("Tell them by mail"), default=True)

    def validate_due_on(self, _field: Any) -> None:
        """Refuse a moment that has passed."""
        if self.due_at is not None and self.due_at <= clock.now():
            raise ValidationError(_l("This moment has passed. Please choose a later one."))

    @property
    def due_at(self) -> datetime | None:
        """Until when, as an instant; day and time are the agency's."""
        if not self.due_on.data:
            return None
        agency = Agency.current()
        zone = ZoneInfo(agency.time_zone if agency else "UTC")
        return datetime.combine(self.due_on.data, self.due_time.data or EVENING, zone)


class DecisionForm(Form):
    """What a person says, and what they had before them when they said it."""

    outcome = Hidden()
    seen = Hidden()
    reason = Words(
        _l("Your change request"),
        4000,
        required=False,
        description=_l("A sentence or two are enough. Without them, we don't know where to start."),
    )

    def validate_outcome(self, field: Any) -> None:
        if field.data not in OUTCOMES:
            raise ValidationError(_l("Please choose one of these."))

    def validate(self, extra_validators: Any = None) -> bool:
        """A wish for changes needs its reason; an optional field alone would not be asked for it."""
        valid = super().validate(extra_validators)
        if self.outcome.data == "changes" and not self.reason.data:
            self.reason.errors = [ReasonMissing.sentence]
            valid = False
        return bool(valid)


class WithdrawalForm(Form):
    """Why a request is taken back; the client reads it."""

    reason = Line(_l("Why? The client reads this."), 1000, required=False)
