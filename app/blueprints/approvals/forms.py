"""What is asked, and what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput

from app.blueprints.accounts.models import User
from app.blueprints.approvals.deciders import MODES, Person
from app.blueprints.approvals.decisions import OUTCOMES
from app.blueprints.approvals.errors import ReasonMissing
from app.blueprints.approvals.reviews import OUTCOMES as REVIEW_OUTCOMES
from app.blueprints.approvals.rhythm_forms import rhythm_field
from app.blueprints.approvals.terms_forms import DeadlineForm, TermsForm
from app.core.forms import Form, Hidden, Line, OneOf, SomeOf, Words


class DecidersForm(Form):
    """Who decides, and how: any one of them, all, or one after the other."""

    deciders = SomeOf(_l("Who decides?"), required=True, option_widget=CheckboxInput())
    mode = OneOf(
        _l("If several decide"),
        list(MODES.items()),
        default="any",
        widget=ListWidget(),
        option_widget=RadioInput(),
    )
    places = SomeOf(_l("In which order?"))
    by_mail = BooleanField(_l("Tell them by mail"), default=True)

    def offer(self, people: Sequence[Person]) -> None:
        """Let these people be chosen, each at any place of the order."""
        self.deciders.choices = [(each.public_id, in_words(each)) for each in people]
        places = range(1, len(people) + 1)
        if "left_out" in self:
            self.left_out.choices = [(each.public_id, each.name) for each in people]
        self.places.choices = [
            (f"{each.public_id}:{place}", str(place)) for each in people for place in places
        ]

    def chosen(self, people: Sequence[Person]) -> list[Person]:
        """Who was ticked, in the order in which they decide."""
        ticked = [each for each in people if each.public_id in (self.deciders.data or [])]
        return sorted(ticked, key=lambda each: self.place_of(each.public_id, len(people)))

    def place_of(self, public_id: str, listed: int) -> int:
        """The place that somebody was given in the order, or else the one that they have in the list."""
        offered = {each[0] for each in self.places.choices or []}
        given = offered.intersection(self.places.data or [])
        places = dict(each.split(":") for each in given)
        return int(places.get(public_id, listed))


class AskForm(DecidersForm, TermsForm):
    """A request for approval."""

    left_out = SomeOf(_l("Who gets no mail?"), option_widget=CheckboxInput())
    reviewers = SomeOf(
        _l("Who looks at it first?"),
        option_widget=CheckboxInput(),
        description=_l("The client is asked once they have let it pass, and never sees this."),
    )
    versions = SomeOf(_l("What is to be approved?"), required=True, option_widget=CheckboxInput())
    apart = OneOf(
        _l("How are they decided?"),
        [("one", _l("All as one")), ("each", _l("Each on its own"))],
        default="one",
        widget=ListWidget(),
        option_widget=RadioInput(),
    )
    rhythm = rhythm_field(_l("Remind them"))

    def quiet(self, people: Sequence[Person]) -> list[Person]:
        """Who decides and is not asked by mail."""
        left_out = self.left_out.data or []
        return [each for each in people if not self.by_mail.data or each.public_id in left_out]

    def told(self, people: Sequence[Person]) -> list[Person]:
        """Whose turn it will be, and who gets a mail of it."""
        turns = [each for each in self.chosen(people) if isinstance(each, User)]
        turns = turns[:1] if self.mode.data == "order" else turns
        return [each for each in turns if each not in self.quiet(people)]

    @property
    def is_special(self) -> bool:
        """Whether something is filled in, or wrong, among what is rarely needed."""
        rare = (self.mode, self.places, self.reviewers, self.rhythm, self.rounds_agreed)
        filled = self.mode.data != "any" or self.reviewers.data or self.rounds_agreed.data
        return bool(filled or any(each.errors for each in rare))


class WordForm(Form):
    """What a person says, and what they had before them when they said it."""

    outcomes: tuple[str, ...] = ()
    with_reason = ""
    needs_reason = True
    """Whether nothing else says why."""

    outcome = Hidden()
    seen = Hidden()
    reason: Words

    def validate_outcome(self, field: Any) -> None:
        if field.data not in self.outcomes:
            raise ValidationError(_l("Please choose one of these."))

    def validate(self, extra_validators: Any = None) -> bool:
        """One outcome needs its reason; an optional field alone would not be asked for it."""
        valid = super().validate(extra_validators)
        if self.outcome.data == self.with_reason and self.needs_reason and not self.reason.data:
            self.reason.errors = [ReasonMissing.sentence]
            valid = False
        return bool(valid)


class DecisionForm(WordForm):
    """What the client says."""

    outcomes, with_reason = OUTCOMES, "changes"
    reason = Words(
        _l("Your change request"),
        4000,
        required=False,
        description=_l("A sentence or two are enough. Without them, we don't know where to start."),
    )


class ReviewForm(WordForm):
    """What a colleague says before the client does."""

    outcomes, with_reason = REVIEW_OUTCOMES, "returned"
    reason = Words(_l("What is to be done before the client sees it?"), 4000, required=False)


class WithdrawalForm(Form):
    """Why a request is taken back; the client reads it."""

    reason = Line(_l("Why? The client reads this."), 1000, required=False)


class DelegationForm(Form):
    """To whom a decision is passed on, and with which words."""

    to = OneOf(_l("Who decides in your place?"), widget=ListWidget(), option_widget=RadioInput())
    words = Words(_l("A word to them"), 1000, required=False)


class RetractionForm(DeadlineForm):
    """Why a decision is taken back, and until when it is asked for once more."""

    reason = Words(
        _l("Why?"),
        1000,
        description=_l("The client reads this, and it stays in the log."),
        missing=_l("Please write why. One sentence is enough."),
    )


def in_words(person: Person) -> str:
    """How somebody who can be asked stands in a list."""
    if isinstance(person, User):
        return person.name
    return str(_("%(name)s (invited, not here yet)", name=person.name))


class PackageForm(Form):
    """What a person has before them of a package: of each approval, its versions."""

    seen = Hidden()

    @property
    def what_was_seen(self) -> dict[str, str]:
        """The versions by the opaque id of their approval."""
        pairs = (each.partition(":") for each in str(self.seen.data or "").split(";") if each)
        return {approval: versions for approval, _colon, versions in pairs}
