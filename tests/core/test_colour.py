"""What reads on a colour."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.core.colour import contrast, is_colour, luminance, mail_accent, on_colour

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert contrast("#12806f", "#12806f") == 1


@given(colours)
def test_what_stands_on_a_colour_is_always_readable(colour: str) -> None:
    assert contrast(colour, on_colour(colour)) >= 4.5


@given(colours)
def test_an_accent_in_a_mail_is_readable_and_a_colour(colour: str) -> None:
    accent = mail_accent(colour)
    assert is_colour(accent)
    assert contrast(accent, on_colour(accent)) >= 4.5


def test_ordinary_brands_stay_as_they_are_in_mails() -> None:
    assert mail_accent("#f5b52e") == "#f5b52e"
    assert mail_accent("#12806f") == "#12806f"


def test_white_and_black_do_not_vanish_in_mails() -> None:
    assert luminance(mail_accent("#ffffff")) < 0.7
    assert luminance(mail_accent("#000000")) > 0.005


def test_only_six_lower_case_digits_are_a_colour() -> None:
    assert is_colour("#0b2a6b")
    for wrong in ("#0B2A6B", "0b2a6b", "#fff", "#0b2a6b\n", "#0b2a6g", ""):
        assert not is_colour(wrong)
