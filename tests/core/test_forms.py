"""The fields that all forms share."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import FileStorage, MultiDict

from app.core.forms import Day, Email, Form, Line, OneOf, SomeOf, Words

GOOD = {"name": "Ann", "text": "", "email": "a@b.de", "one": "a", "day": "2026-09-22"}


class Sample(Form):
    name = Line("Name", 10)
    text = Words("Text", 20, required=False)
    email = Email()
    one = OneOf("One", [("a", "A"), ("b", "B")])
    some = SomeOf("Some", lambda: [("a", "A"), ("b", "B")])
    day = Day("Day")
    until = Day("Until", required=False)


@pytest.fixture
def plain() -> Iterator[Flask]:
    """An application that knows forms and nothing else."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="test", WTF_CSRF_ENABLED=False)
    Babel(app)
    yield app


def sent(app: Flask, **changed: Any) -> tuple[dict[str, Any], list[str]]:
    """What a form makes of its answers, and which fields it complains about."""
    with app.test_request_context(method="POST", data=MultiDict(GOOD | changed)):
        form = Sample()
        form.validate_on_submit()
        return form.data, sorted(form.errors)


def test_good_answers_come_out_trimmed(plain: Flask) -> None:
    data, wrong = sent(plain, name="  Ann ", text=" a\r\nb ", some=["a", "b"])
    assert wrong == []
    assert (data["name"], data["text"], data["some"]) == ("Ann", "a\nb", ["a", "b"])
    assert (data["day"], data["until"]) == (date(2026, 9, 22), None)


def test_what_was_not_sent_is_an_empty_text(plain: Flask) -> None:
    with plain.test_request_context(method="POST", data={}):
        form = Sample()
        assert not form.validate_on_submit()
        assert form.text.data == ""
        assert form.first_error == "Please fill this in."


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 11),
        ("name", "a\0b"),
        ("name", "a\nb"),
        ("name", "a\u2028b"),
        ("name", "a\u202eb"),
        ("name", "a\x1bb"),
        ("text", "a\0b"),
        ("text", "x" * 21),
        ("email", "a"),
        ("email", "a@b@c.de"),
        ("email", "a@b..de"),
        ("email", "x" * 250 + "@b.de"),
        ("one", ""),
        ("one", "c"),
        ("some", ["a", "c"]),
        ("day", ""),
        ("day", "2026-02-30"),
        ("day", "0001-01-01"),
        ("day", "9999-12-31"),
        ("day", "tomorrow"),
        ("until", "22.09.2026"),
    ],
)
def test_a_bad_answer_is_named_at_its_field(plain: Flask, field: str, answer: Any) -> None:
    _data, wrong = sent(plain, **{field: answer})
    assert wrong == [field]


@pytest.mark.parametrize("text", ["Zoë 👩‍👩‍👧", "a\tb\nc", "x" * 20])
def test_any_script_is_welcome(plain: Flask, text: str) -> None:
    data, wrong = sent(plain, text=text)
    assert wrong == []
    assert data["text"] == text


def test_browsers_learn_the_limits(plain: Flask) -> None:
    with plain.test_request_context():
        assert 'maxlength="10"' in str(Sample().name())
        assert "required" in str(Sample().name())


def test_a_file_in_the_place_of_a_text_is_no_answer(plain: Flask) -> None:
    """A text field that got a file broke on its length."""
    files = {each: FileStorage(io.BytesIO(b"x"), "x.txt") for each in ("name", "text", "day")}
    data, wrong = sent(plain, **files)
    assert wrong == ["day", "name"]
    assert data["text"] == ""


def test_what_is_no_form_is_taken_as_an_empty_one(plain: Flask) -> None:
    with plain.test_request_context(method="POST", json=[1, {"name": 2}]):
        form = Sample()
        assert not form.validate_on_submit()
        assert sorted(form.errors) == ["day", "email", "name", "one"]
