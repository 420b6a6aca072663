"""Forms of the owner's settings: the agency, its features, its team."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError
from wtforms.widgets import ListWidget, RadioInput

from app.blueprints.accounts.forms import NAMED_LANGUAGES
from app.blueprints.accounts.models import AGENCY_ROLES
from app.blueprints.accounts.zones import zone_choices
from app.blueprints.clients.forms import ColourForm
from app.blueprints.clients.models import ROLE_NAMES
from app.core.forms import Email, Form, Line, OneOf, Words

LONGEST_HELP = 5000
AGENCY_ROLE_CHOICES = [(role, ROLE_NAMES[role]) for role in AGENCY_ROLES]


def a_web_address(_form: Any, field: Any) -> None:
    """Refuse what is not the address of a web page; above all, other schemes."""
    try:
        parts = urlsplit(field.data)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        fits = False
    if not fits:
        raise ValidationError(_l("Please write the whole address, such as https://company.com."))


class AgencyForm(ColourForm):
    """Name, voice and look of the agency."""

    name = Line(_l("Name of your agency"), 120)
    language = OneOf(_l("Language"), NAMED_LANGUAGES)
    time_zone = OneOf(_l("Time zone"), zone_choices)
    city = Line(_l("City"), 120, required=False)
    phone = Line(_l("Telephone"), 40, required=False)
    email = Email(required=False)
    help = Words(
        _l("Your own text on the help page"),
        LONGEST_HELP,
        required=False,
        description=_l(
            "When you can be reached, how you work, what clients often ask. In Markdown."
        ),
    )
    imprint = Words(_l("Imprint"), 2000, required=False, description=_l("Stands below every mail."))
    imprint_url = Line(
        _l("Address of the imprint"), 500, required=False, validators=[a_web_address]
    )
    privacy_url = Line(
        _l("Address of the privacy notice"), 500, required=False, validators=[a_web_address]
    )


class FeatureForm(Form):
    """Whether a feature is on."""

    on = BooleanField(_l("Switched on"))


class TeamInvitationForm(Form):
    """Who is invited to the agency itself."""

    name = Line(_l("Name"), 120, missing=_l("Please enter the person's name."))
    email = Email()
    language = OneOf(_l("Language"), NAMED_LANGUAGES)
    role = OneOf(
        _l("What may this person do?"),
        AGENCY_ROLE_CHOICES,
        widget=ListWidget(prefix_label=False),
        option_widget=RadioInput(),
        default="member",
    )


class TeamRoleForm(Form):
    """The role of a person of the agency."""

    role = OneOf(_l("Role"), AGENCY_ROLE_CHOICES)
