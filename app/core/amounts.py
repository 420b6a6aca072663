"""Money, hours, sizes, numbers and hashes as the reader writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from babel import Locale, numbers
from flask_babel import get_locale, lazy_pgettext

NUMBERS = (
    lazy_pgettext("number", "zero"),
    lazy_pgettext("number", "one"),
    lazy_pgettext("number", "two"),
    lazy_pgettext("number", "three"),
    lazy_pgettext("number", "four"),
    lazy_pgettext("number", "five"),
    lazy_pgettext("number", "six"),
    lazy_pgettext("number", "seven"),
    lazy_pgettext("number", "eight"),
    lazy_pgettext("number", "nine"),
    lazy_pgettext("number", "ten"),
    lazy_pgettext("number", "eleven"),
    lazy_pgettext("number", "twelve"),
)
UNITS = ("B", "KB", "MB", "GB", "TB")


def money(minor_units: int, currency: str) -> str:
    """An amount with its currency: 107100 EUR is "€1,071.00"."""
    digits = numbers.get_currency_precision(currency)
    amount = Decimal(minor_units).scaleb(-digits)
    return numbers.format_currency(amount, currency, locale=_locale())


def hours(minutes: int) -> str:
    """Hours as a decimal number: 2490 minutes are "41.5"."""
    return numbers.format_decimal(Decimal(minutes) / 60, "#,##0.0#", _locale())


def size(count: int) -> str:
    """How large a file is, in decimal units: "840 KB", "2.4 MB"."""
    value, step = Decimal(count), 0
    while round(value, _digits(value, step)) >= 1000 and step < len(UNITS) - 1:
        value, step = value / 1000, step + 1
    number = numbers.format_decimal(round(value, _digits(value, step)), locale=_locale())
    return f"{number}\N{NO-BREAK SPACE}{UNITS[step]}"


def number_word(number: int, capital: bool = False) -> str:
    """A number up to twelve in letters, a larger one in digits."""
    if not 0 <= number < len(NUMBERS):
        return numbers.format_decimal(number, locale=_locale())
    return upfirst(str(NUMBERS[number])) if capital else str(NUMBERS[number])


def upfirst(text: str) -> str:
    """The text with a capital at its start, for the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def short_hash(sha256: str) -> str:
    """The start of a hash, enough to compare by eye: "9f3c 41d0"."""
    return f"{sha256[:4]} {sha256[4:8]}"


def grouped_hash(sha256: str) -> str:
    """A whole hash in groups of eight."""
    return grouped(sha256, 8)


def grouped(digits: str, by: int) -> str:
    """Many digits in groups that can be read out."""
    return " ".join(digits[start : start + by] for start in range(0, len(digits), by))


def _locale() -> Locale:
    return cast(Locale, get_locale() or Locale("en"))


def _digits(value: Decimal, step: int) -> int:
    return 1 if step >= 2 and value < 100 else 0
