"""Forms of clients, of their people, and of how the portal meets them."""

from __future__ import annotations

from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError
from wtforms.widgets import ColorInput, ListWidget, RadioInput

from app.blueprints.accounts.forms import NAMED_LANGUAGES
from app.blueprints.accounts.models import User
from app.blueprints.clients.models import ROLE_NAMES, ROLES
from app.blueprints.clients.sections import section_choices
from app.core.colour import is_colour
from app.core.forms import Day, Email, Form, Line, OneOf, SomeOf, Words, strip
from app.core.models import every

LONGEST_NOTE = LONGEST_HELP = 5000
ADDRESSED_AS = _l("As in a letter, for example “Ms Miller”. If empty, it is the name.")


def staff_choices() -> list[tuple[str, Any]]:
    """The people of the agency, for who looks after a client; nobody is one of the answers."""
    return [("", _l("Nobody yet")), *((user.public_id, user.name) for user in every(User.staff()))]


def hexadecimal(raw: Any) -> str:
    """A colour as Foyer keeps it: lower case, with its #."""
    text = str(strip(raw)).lower()
    return f"#{text}" if text and not text.startswith("#") else text


def a_colour(_form: Any, field: Any) -> None:
    """Refuse what is no colour."""
    if not is_colour(field.data):
        raise ValidationError(_l("Please write the colour as # and six digits, such as #12806f."))


class Colour(Line):
    """A colour in hexadecimal; with `picker`, the browser's own way to choose one."""

    def __init__(self, label: Any, *, required: bool, picker: bool = False, **options: Any) -> None:
        if picker:
            options["widget"] = ColorInput()
        super().__init__(label, 7, required=required, validators=[a_colour], **options)
        self.filters = (hexadecimal,)


class ClientForm(Form):
    """Who a client is."""

    name = Line(_l("Name"), 160, missing=_l("Please enter the name of the client."))
    legal_name = Line(
        _l("Full name"),
        200,
        required=False,
        description=_l("As it stands on contracts, with the legal form."),
    )
    language = OneOf(
        _l("Language"), NAMED_LANGUAGES, description=_l("For people that you invite from now on.")
    )
    lead = OneOf(
        _l("Looked after by"), staff_choices, description=_l("Named to the client as contact.")
    )
    since = Day(_l("Client since"), required=False)
    help = Words(
        _l("Your own text on the help page"),
        LONGEST_HELP,
        required=False,
        description=_l("For this client alone, above what you say to all. In Markdown."),
    )


class InvitationForm(Form):
    """Who is invited to a client, and what they may do there."""

    name = Line(_l("Name"), 120, missing=_l("Please enter the person's name."))
    salutation = Line(_l("How are they addressed?"), 120, required=False, description=ADDRESSED_AS)
    email = Email()
    language = OneOf(_l("Language"), NAMED_LANGUAGES)
    role = OneOf(
        _l("What may this person do?"),
        widget=ListWidget(prefix_label=False),
        option_widget=RadioInput(),
    )
    is_main = BooleanField(
        _l("Main contact"),
        description=_l("May invite and remove colleagues, if you let main contacts do so."),
    )

    def offer(self, roles: list[str], *, main: bool) -> None:
        """Offer these roles, and whether somebody can be made main contact."""
        self.role.choices = [(role, ROLE_NAMES[role]) for role in roles]
        if not main:
            del self.is_main

    @property
    def person(self) -> dict[str, Any]:
        """What was written about the person, as an invitation needs it."""
        fields = ("name", "salutation", "email", "language", "is_main")
        return {name: self[name].data for name in fields if name in self}


class MembershipForm(Form):
    """What a person may do at a client; what is not sent stays as it is."""

    role = OneOf(_l("Role"), [(role, ROLE_NAMES[role]) for role in ROLES])
    is_main = OneOf(_l("Main contact"), [("True", _l("Yes")), ("False", _l("No"))])


class SectionsForm(Form):
    """What a client sees of its projects, and whether its main contacts invite."""

    sections = SomeOf(_l("Sections"), section_choices)
    contacts_invite = BooleanField(_l("Main contacts may invite colleagues"))


class ColourForm(Form):
    """An accent colour, picked or written. The one that differs from what the page showed counts."""

    before = HiddenField(filters=[hexadecimal])
    colour = Colour(_l("Accent colour"), required=False, picker=True)
    written = Colour(_l("Accent colour in hexadecimal"), required=False)

    @classmethod
    def showing(cls, colour: str, **values: Any) -> Self:
        """The form as a page shows it first."""
        return cls(formdata=None, before=colour, colour=colour, written=colour, **values)

    @property
    def chosen(self) -> str | None:
        """The colour that the person wants, empty for none of its own; None if they left it as it was."""
        sent = [field.data for field in (self.written, self.colour) if field.raw_data]
        return next((colour for colour in sent if colour != self.before.data), None)


class NoteForm(Form):
    """What the agency's people should know about a client."""

    note = Words(_l("Internal note"), LONGEST_NOTE, required=False)


class AddressForm(Form):
    """Another mail address for somebody."""

    email = Email(_l("New e-mail address"))
