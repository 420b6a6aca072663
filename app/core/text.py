"""What pages and mails print: Markdown, dates, amounts and sizes, as filters under these names."""

from __future__ import annotations

from flask import Flask

from app.core.amounts import (
    grouped_hash,
    hours,
    money,
    number_word,
    short_hash,
    size,
    upfirst,
)
from app.core.formats import (
    ago,
    clock_time,
    date_of,
    day,
    deadline,
    exactly,
    lasting,
    listed,
    moment,
    since,
    zone,
)
from app.core.markdown import markdown, plain
from app.core.refusals import why_refused

__all__ = [
    "ago",
    "clock_time",
    "date_of",
    "day",
    "deadline",
    "exactly",
    "grouped_hash",
    "hours",
    "init_app",
    "lasting",
    "listed",
    "markdown",
    "moment",
    "money",
    "number_word",
    "plain",
    "short_hash",
    "since",
    "size",
    "upfirst",
    "why_refused",
    "zone",
]


def init_app(app: Flask) -> None:
    """Give every template the filters."""
    for words in (markdown, plain, listed, why_refused):
        app.add_template_filter(words, words.__name__)
    for time in (ago, clock_time, date_of, day, deadline, exactly, lasting, moment, since, zone):
        app.add_template_filter(time, time.__name__)
    for amount in (money, hours, size, number_word, upfirst, short_hash, grouped_hash):
        app.add_template_filter(amount, amount.__name__)
