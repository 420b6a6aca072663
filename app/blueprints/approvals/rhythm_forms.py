"""How often people are reminded, as it is said and chosen."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField

from app.core.amounts import upfirst
from app.core.forms import Form, OneOf
from app.core.rhythm import CHOICES, Rhythm, UsualRhythm

Choice = tuple[str, str]


def rhythm_choices() -> list[Choice]:
    """What an approval may follow, each in words."""
    usual = rhythm_words(UsualRhythm.current())
    words = {
        "usual": _("As usual: %(rhythm)s", rhythm=usual) if usual else _("As usual: none"),
        "day": _("Sparing: only on the day; without a date once after a week"),
        "daily": _("Pressing: every day, from the day before on"),
        "none": _("None"),
    }
    return [(name, words[name]) for name in CHOICES]


def rhythm_words(rhythm: Rhythm) -> str:
    """A rhythm in words: "2 days before, on the day, then every 3 days (3 times)"."""
    parts = []
    if rhythm.before:
        parts.append(ngettext("%(num)s day before", "%(num)s days before", rhythm.before))
    if rhythm.on_the_day:
        parts.append(_("on the day"))
    if rhythm.every:
        every = ngettext("then every day", "then every %(num)s days", rhythm.every)
        times = ngettext("once", "up to %(num)s times", rhythm.at_most)
        parts.append(f"{every} ({times})")
    return ", ".join(parts)


def rhythm_field(label: Any) -> OneOf:
    """The field in which an approval's rhythm is chosen."""
    return OneOf(label, rhythm_choices, default=CHOICES[0])


class FollowUpForm(Form):
    """How an approval is reminded of."""

    rhythm = rhythm_field(_l("How often"))


def _before() -> list[Choice]:
    words = [
        (str(each), ngettext("%(num)s day before", "%(num)s days before", each))
        for each in (1, 2, 3, 5, 7)
    ]
    return [("0", _("Not before it")), *words]


def _every() -> list[Choice]:
    words = [
        (str(each), upfirst(ngettext("every day", "every %(num)s days", each)))
        for each in (1, 2, 3, 5, 7)
    ]
    return [("0", _("Not after it")), *words]


def _at_most() -> list[Choice]:
    return [
        (str(each), upfirst(ngettext("once", "up to %(num)s times", each)))
        for each in (1, 2, 3, 5, 10)
    ]


def _undated() -> list[Choice]:
    words = [
        (str(each), ngettext("After %(num)s day", "After %(num)s days", each))
        for each in (2, 3, 5, 7, 10, 14)
    ]
    return [("0", _("Not at all")), *words]


class UsualRhythmForm(Form):
    """How the agency reminds."""

    before = OneOf(_l("Before the deadline"), _before)
    on_the_day = BooleanField(_l("On the day of the deadline"))
    every = OneOf(_l("After the deadline"), _every)
    at_most = OneOf(_l("How often after it"), _at_most)
    undated = OneOf(_l("Without a deadline"), _undated)

    @classmethod
    def showing(cls, rhythm: Rhythm) -> UsualRhythmForm:
        """The form as it stands before somebody changes it."""
        on_the_day = rhythm.on_the_day
        return cls(
            formdata=None,
            **{**{k: str(v) for k, v in asdict(rhythm).items()}, "on_the_day": on_the_day},
        )

    @property
    def chosen(self) -> Rhythm:
        """What was chosen."""
        days = {name: int(self[name].data) for name in ("before", "every", "at_most", "undated")}
        return Rhythm(on_the_day=self.on_the_day.data, **days)
