"""What is asked for, and what is said about what was given."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, FormField
from wtforms.validators import ValidationError

from app.blueprints.files.forms import uploadable
from app.blueprints.files.requests.models import MOST_ITEMS, Need
from app.core import clock
from app.core.agency import agency_zone
from app.core.forms import MISSING, Day, Form, Hidden, Line, Several, Words

EVENING = time(18)
AT_FIRST = 3


class NeedForm(wtforms.Form):
    """One thing that is needed; a line that is left empty is none."""

    title = Line(_l("What?"), 160, required=False)
    hint = Line(_l("Hint"), 300, required=False)
    item = Hidden()

    def validate_hint(self, field: Any) -> None:
        if field.data and not self.title.data:
            raise ValidationError(_l("Please write what it is, too."))


class RequestForm(Form):
    """What the agency needs, why, and until when."""

    title = Line(_l("What is it about?"), 160, description=_l("As a headline: Photos and logo"))
    message = Words(_l("What do you need it for?"), 2000, required=False)
    needs = Several(FormField(NeedForm), _l("What do you need?"), MOST_ITEMS)
    due_on = Day(_l("Needed by"), required=False)
    by_mail = BooleanField(_l("Tell them by mail"), default=True)

    def validate_needs(self, field: Any) -> None:
        """Need something; and what was asked for before is taken back elsewhere, not by leaving it empty."""
        if not any(need.title.data for need in field):
            raise ValidationError(_l("Please write at least one thing that you need."))
        emptied = [need for need in field if need.item.data and not need.title.data]
        for need in emptied:
            need.title.errors = [MISSING]
        if emptied:
            raise ValidationError(MISSING)

    def validate_due_on(self, field: Any) -> None:
        """Refuse a day that is over; one that stood there before may stay."""
        if self.due_at and self.due_at <= clock.now() and field.data != field.object_data:
            raise ValidationError(_l("This moment has passed. Please choose a later one."))

    @property
    def due_at(self) -> datetime | None:
        """Until when, as an instant: the evening of the day, where the agency is."""
        return (
            datetime.combine(self.due_on.data, EVENING, ZoneInfo(agency_zone()))
            if self.due_on.data
            else None
        )

    @property
    def wanted(self) -> list[Need]:
        """What is needed."""
        needs = [Need(**need.data) for need in self.needs]
        return [need for need in needs if need.title]


class GiveForm(Form):
    """Files for one thing."""

    files = MultipleFileField(_l("Files"), validators=[uploadable])


class LackForm(Form):
    """Why there is nothing to give."""

    excuse = Line(_l("What should we know?"), 1000)


class ReturnForm(Form):
    """What is wrong with what was given."""

    reason = Line(
        _l("What is missing or should be different?"),
        1000,
        missing=_l("Please write what should be different. One sentence is enough."),
    )


def day_of(instant: datetime | None) -> date | None:
    """The day of a deadline, as the agency chose it."""
    return instant.astimezone(ZoneInfo(agency_zone())).date() if instant else None
