"""Forms: fields that every slice shares, each with its limits and an error that says what to do.

No field lets a NUL or another control character through; texts come out trimmed, with plain line ends.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    DateField,
    EmailField,
    FieldList,
    FileField,
    HiddenField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError

EMAIL_LENGTH = 254
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_ENDS = frozenset("\u2028\u2029")
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
MISSING = _l("Please fill this in.")
CHOOSE = _l("Please choose one of these.")
ADDRESS = _l("E-mail address")


class Form(FlaskForm):
    """What all forms are made from: a form with a CSRF token."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent as a form, and nothing else: JSON is none, and only file fields get files."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if not form.is_submitted():
                return None
            names = {
                field.name for field in form if isinstance(field, (FileField, MultipleFileField))
            }
            files = MultiDict(
                (name, each) for name, each in request.files.items(multi=True) if name in names
            )
            return CombinedMultiDict((files, request.form))

    @property
    def first_error(self) -> str:
        """The first thing that is wrong, for places that have room for one sentence."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


def strip(value: Any) -> Any:
    """Trim a text, and give it plain line ends; what was not sent is an empty text."""
    if value is None:
        return ""
    return (
        value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value
    )


class Hidden(HiddenField):
    """What the page remembers for the form; an empty text if it was not sent. Check what it says."""

    data: Any

    def __init__(self, *, filters: Any = (), **options: Any) -> None:
        super().__init__(filters=[strip, *filters], **options)


class Line(StringField):
    """One line of text, at most `max` characters long. `missing` is what an empty one is answered with."""

    data: Any

    def __init__(
        self,
        label: Any,
        max: int,
        *,
        required: bool = True,
        missing: Any = MISSING,
        validators: Any = (),
        filters: Any = (),
        **options: Any,
    ) -> None:
        checks = [*_need(required, missing), AtMost(max), plain_line, *validators]
        super().__init__(label, validators=checks, filters=[strip, *filters], **options)


class Words(TextAreaField):
    """Text of several lines, at most `max` characters long."""

    data: Any

    def __init__(
        self,
        label: Any,
        max: int,
        *,
        required: bool = True,
        missing: Any = MISSING,
        validators: Any = (),
        **options: Any,
    ) -> None:
        checks = [*_need(required, missing), AtMost(max), plain_words, *validators]
        super().__init__(label, validators=checks, filters=[strip], **options)


class Email(EmailField):
    """An e-mail address. It is kept as the person wrote it; people compare it by normal_email()."""

    data: Any

    def __init__(self, label: Any = ADDRESS, *, required: bool = True, **options: Any) -> None:
        missing = _l("Please enter an e-mail address.")
        checks = [*_need(required, missing), AtMost(EMAIL_LENGTH), plain_line, an_address]
        super().__init__(label, validators=checks, filters=[strip], **options)


class OneOf(SelectField):
    """One of `choices`: pairs of value and label, or a function that gives them."""

    def __init__(self, label: Any, choices: Any = None, **options: Any) -> None:
        super().__init__(label, **options)
        self.choices = choices  # Set here, pairs are taken as they are.

    def pre_validate(self, form: Any) -> None:
        known = [str(value) for value, *_rest in self.iter_choices()]
        if str(self.data) not in known:
            raise StopValidation(CHOOSE)


class SomeOf(SelectMultipleField):
    """Any number of `choices`; with `required`, at least one."""

    def __init__(
        self, label: Any, choices: Any = None, *, required: bool = False, **options: Any
    ) -> None:
        missing = _l("Please choose at least one.")
        super().__init__(label, validators=_need(required, missing), **options)
        self.choices = choices

    def pre_validate(self, form: Any) -> None:
        known = {str(value) for value, *_rest in self.iter_choices()}
        if not known.issuperset(str(value) for value in self.data or []):
            raise StopValidation(CHOOSE)


class Several(FieldList):  # type: ignore[type-arg]
    """At most `max` fields of one kind, or small forms (FormField). Their errors are those of this field, too."""

    def __init__(self, unbound: Any, label: Any, max: int, **options: Any) -> None:
        super().__init__(unbound, label, max_entries=max, **options)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        valid = bool(super().validate(form, extra_validators))
        self.errors = [error for each in self.errors for error in _sentences(each)]
        return valid

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """The numbers in the names that were sent, as far as a browser would send them."""
        for name in formdata:
            number = name.removeprefix(f"{prefix}-").partition("-")[0]
            if name.startswith(f"{prefix}-") and number.isascii() and number.isdecimal():
                yield int(number[:9])


class Day(DateField):
    """A day of the calendar; None if it is left empty and may be."""

    def __init__(self, label: Any, *, required: bool = True, **options: Any) -> None:
        missing = _l("Please choose a day.")
        super().__init__(label, validators=_need(required, missing), **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        raw = valuelist[0].strip() if valuelist else ""
        self.data = _day(raw) if raw else None


class AtMost:
    """A text has at most so many characters; browsers learn of it by `maxlength`."""

    def __init__(self, max: int) -> None:
        self.max = max
        self.field_flags = {"maxlength": max}

    def __call__(self, form: Any, field: Any) -> None:
        over = len(field.data or "") - self.max
        if over > 0:
            raise StopValidation(
                _(
                    "Please use at most %(max)s characters. That is %(over)s too many.",
                    max=self.max,
                    over=over,
                )
            )


def plain_line(_form: Any, field: Any) -> None:
    """Refuse control characters, line ends and characters that turn the reading direction."""
    _must_not_have(field.data, lambda each: _is_control(each) or each in BIDI or each in LINE_ENDS)


def plain_words(_form: Any, field: Any) -> None:
    """Refuse control characters other than line ends and tabs."""
    _must_not_have(field.data, lambda each: _is_control(each) and each not in "\n\t")


def an_address(_form: Any, field: Any) -> None:
    """Refuse what can't be an e-mail address; whether it exists, only a mail can tell."""
    try:
        validate_email(
            field.data, check_deliverability=False, test_environment=True, allow_smtputf8=False
        )
    except EmailNotValidError:
        raise ValidationError(
            _("Please check the address. It should look like name@company.com.")
        ) from None


def _sentences(error: Any) -> list[Any]:
    """The sentences in an error of a field, of a list of fields, or of a small form."""
    if isinstance(error, dict):
        return [each for some in error.values() for each in _sentences(some)]
    if isinstance(error, list | tuple):
        return [each for some in error for each in _sentences(some)]
    return [error]


def _need(required: bool, missing: Any) -> list[Any]:
    return [InputRequired(missing), _Filled(missing)] if required else [Optional()]


class _Filled:
    """What is left after trimming is not nothing."""

    def __init__(self, missing: Any) -> None:
        self.missing = missing

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data and not field.errors:
            raise StopValidation(self.missing)


def _must_not_have(text: str | None, refused: Any) -> None:
    if any(refused(each) for each in text or ""):
        raise StopValidation(
            _("There is a character in this text that can't be used. Please type it again.")
        )


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"}


def _day(raw: str) -> date:
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise ValueError(_("This day does not exist. Please choose another one.")) from None
    if not EARLIEST <= day <= LATEST:
        raise ValueError(_("This day is too far away. Please check the year."))
    return day
