"""Forms of projects, and of what the agency tells about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput

from app.blueprints.accounts.models import User
from app.blueprints.clients.forms import Colour
from app.blueprints.clients.models import Client
from app.blueprints.clients.sections import sections
from app.blueprints.projects import health
from app.blueprints.projects.models import Project
from app.blueprints.projects.stages import COLOUR, Stage
from app.core.forms import Day, Form, Line, OneOf, SomeOf, Words
from app.core.models import every

SECTION_CHOICES = (
    ("", _l("As for the client")),
    ("show", _l("Show")),
    ("hide", _l("Hide")),
)
SHOWN = {"": None, "show": True, "hide": False}


def _after(months: int) -> Any:
    return lazy_ngettext("after %(num)s month", "after %(num)s months", months)


def staff_choices() -> list[tuple[str, str]]:
    """The agency's people."""
    return [(person.public_id, person.name) for person in every(User.staff())]


def stage_choices() -> list[tuple[str, str]]:
    """The agency's stages, in their order."""
    return [(stage.public_id, stage.name) for stage in Stage.in_order()]


class RetentionForm(Form):
    """After how many months finished projects go to the archive."""

    after = OneOf(
        _l("Finished projects go to the archive"),
        [("", _l("never by themselves")), *((str(n), _after(n)) for n in (3, 6, 12, 24, 36))],
        default="",
    )


class ProjectForm(Form):
    """What a project is about, when it is done, and who leads it."""

    name = Line(_l("Name"), 160)
    about = Words(_l("What it is about"), 2000, required=False)
    starts_on = Day(_l("Begins on"), required=False)
    due_on = Day(_l("To be done by"), required=False)
    lead = OneOf(_l("Who leads it"), staff_choices)

    def validate_due_on(self, field: Any) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("This is before the project begins. Please check both days."))


class NewProjectForm(ProjectForm):
    """The same, with what is decided once."""

    client = OneOf(_l("Client"))
    stage = OneOf(_l("Stage"), stage_choices)

    def offer(self, user: User) -> None:
        """Let the person choose among the clients that they see."""
        clients = every(Client.visible_to(user).order_by(Client.name, Client.id))
        self.client.choices = [(client.public_id, client.name) for client in clients]


class StatusForm(Form):
    """Where a project stands and how it goes."""

    stage = OneOf(_l("Stage"), stage_choices)
    health = OneOf(_l("How it goes"), health.choices)
    words = Words(
        _l("In a sentence or two"),
        600,
        required=False,
        description=_l("Your client reads this first. What comes next, and when?"),
    )


class UpdateForm(Form):
    """A post for the client."""

    title = Line(_l("Title"), 160)
    body = Words(
        _l("Text"), 10_000, description=_l("You can use Markdown: **bold**, - lists, links.")
    )
    without_mail = BooleanField(_l("Without a mail: it only stands in the portal"))
    left_out = SomeOf(_l("Who gets no mail?"), option_widget=CheckboxInput())

    def offer(self, people: Sequence[User]) -> None:
        """Let any of these people be left out."""
        self.left_out.choices = [(person.public_id, person.name) for person in people]

    def quiet(self, people: Sequence[User]) -> list[str]:
        """Who is not told by mail, by opaque ids."""
        if self.without_mail.data:
            return [person.public_id for person in people]
        return list(self.left_out.data or [])


class NoteForm(Form):
    """A note among the agency's people."""

    body = Words(_l("Internal note"), 5000)


class MilestoneForm(Form):
    """A date of a project."""

    title = Line(_l("What is to be reached"), 160)
    on = Day(_l("On which day"))


class ReachForm(Form):
    """Whether a date is reached."""

    reached = OneOf(_l("Reached"), [("yes", _l("Yes")), ("no", _l("No"))])


class TeamForm(Form):
    """Who of the agency is on a project."""

    people = SomeOf(
        _l("Who works on it"), staff_choices, widget=ListWidget(), option_widget=CheckboxInput()
    )


class StageForm(Form):
    """A stage of the agency's list."""

    name = Line(_l("Name"), 60)
    colour = Colour(_l("Colour"), required=True, picker=True, default=COLOUR)


class PlaceForm(Form):
    """Where a stage stands in the list."""

    position = IntegerField(_l("Position"), validators=[InputRequired(), NumberRange(0, 100)])


def sections_form(project: Project) -> Any:
    """A form with a choice for each section that a project can show or hide."""

    class SectionsForm(Form):
        """Which sections of a project its client sees."""

    for section in sections():
        choice = OneOf(
            section.label,
            SECTION_CHOICES,
            default="",
            widget=ListWidget(),
            option_widget=RadioInput(),
        )
        setattr(SectionsForm, section.name, choice)
    own = {name: "show" if shown else "hide" for name, shown in project.sections.items()}
    return SectionsForm(data=own)
