"""Forms of signing in, of a person's account and of the set-up."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms.validators import Regexp

from app.blueprints.accounts.models import LANGUAGES
from app.blueprints.accounts.zones import zone_choices
from app.core.addresses import local_path
from app.core.forms import Email, Form, Hidden, Line, OneOf

LANGUAGE_NAMES = {"de": "Deutsch", "en": "English"}
NAMED_LANGUAGES = [(each, LANGUAGE_NAMES[each]) for each in LANGUAGES]
SIX_DIGITS = _l("The code has six digits.")


def digits(raw: str) -> str:
    """What was typed, without the spaces and hyphens that people put between digits."""
    return re.sub(r"[\s-]", "", raw)


class SignInForm(Form):
    """Who wants to sign in, and where they want to go then."""

    email = Email()
    next = Hidden(filters=[local_path])


class CodeForm(Form):
    """The code from the mail."""

    code = Line(
        _l("Or enter the code from the mail"),
        12,
        missing=SIX_DIGITS,
        validators=[Regexp(r"[0-9]{6}\Z", message=SIX_DIGITS)],
        filters=[digits],
    )


class LanguageForm(Form):
    """In which language the portal speaks."""

    language = OneOf(_l("Language"), NAMED_LANGUAGES)
    next = Hidden(filters=[local_path])


class AccountForm(Form):
    """What a person says about themselves."""

    name = Line(_l("Name"), 120)
    salutation = Line(_l("How may we address you?"), 120, required=False)
    phone = Line(_l("Telephone"), 40, required=False)
    language = OneOf(_l("Language"), NAMED_LANGUAGES)
    time_zone = OneOf(_l("Time zone"), zone_choices)


class SetUpForm(Form):
    """The agency, and who owns its portal."""

    agency = Line(_l("Name of your agency"), 120)
    language = OneOf(_l("Language"), NAMED_LANGUAGES)
    time_zone = OneOf(_l("Time zone"), zone_choices, default="Europe/Berlin")
    name = Line(_l("Your name"), 120)
    email = Email(_l("Your e-mail address"))
