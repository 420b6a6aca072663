"""How often, when not, and which projects."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TimeField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput

from app.blueprints.accounts.models import User
from app.blueprints.accounts.zones import zone_choices
from app.blueprints.notifications.kinds import OFTEN, Kind, kinds_in_use
from app.blueprints.notifications.wishes import QuietHours, Wishes
from app.core.forms import MISSING, Form, OneOf, SomeOf


class QuietForm(Form):
    """When a person does not want to be disturbed."""

    at_night = BooleanField(_l("Don't disturb me in the evening and at night"))
    begins = TimeField(_l("From"), validators=[InputRequired(MISSING)], default=time(19))
    ends = TimeField(_l("Until"), validators=[InputRequired(MISSING)], default=time(7))
    on_weekends = BooleanField(_l("Don't disturb me on weekends"))
    time_zone = OneOf(_l("Time zone"), zone_choices)

    @classmethod
    def of(cls, user: User, row: QuietHours | None) -> QuietForm:
        """The form as the person has filled it in before."""
        return cls(formdata=None, obj=row, time_zone=user.time_zone)

    def hours(self) -> dict[str, Any]:
        """What `keep_quiet` takes."""
        names = ("at_night", "begins", "ends", "on_weekends")
        return {name: self[name].data for name in names}


class ProjectsForm(Form):
    """Of which projects a person wants mails; what is not ticked is mute."""

    projects = SomeOf(_l("Projects"), option_widget=CheckboxInput())


def often_form(user: User, wishes: Wishes, *, sent: bool) -> Any:
    """How often of each kind that there is: a group of radio buttons for each."""

    class OftenForm(Form):
        """One field for each kind."""

    kinds = kinds_in_use()
    for kind in kinds:
        setattr(OftenForm, kind.name, _often(kind))
    data = {kind.name: wishes.how_often(kind.name, user) for kind in kinds}
    return OftenForm(data=data) if sent else OftenForm(formdata=None, data=data)


def _often(kind: Kind) -> OneOf:
    return OneOf(
        kind.label,
        OFTEN,
        description=kind.hint,
        widget=ListWidget(prefix_label=False),
        option_widget=RadioInput(),
    )
