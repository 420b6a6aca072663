"""Markdown, dates, amounts and sizes, in the reader's language and time zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string
from flask_babel import Babel, force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import text
from app.core.formats import force_time_zone
from app.core.text import ago, clock_time, day, deadline, exactly, moment, since, zone

NOW = datetime(2026, 9, 22, 10, 0, tzinfo=UTC)  # a Tuesday, noon in Berlin
WORDS = {
    "yesterday": "gestern",
    "today": "heute",
    "tomorrow": "morgen",
    "%(day)s, %(time)s": "%(day)s, %(time)s",
    "yesterday by %(time)s": "gestern bis %(time)s",
    "today by %(time)s": "heute bis %(time)s",
    "tomorrow by %(time)s": "morgen bis %(time)s",
    "by %(day)s": "bis %(day)s",
    "for a moment": "seit eben",
    "since yesterday": "seit gestern",
    "just now": "gerade eben",
    ("for %(num)s minute", "for %(num)s minutes"): ("seit %(num)s Minute", "seit %(num)s Minuten"),
    ("for %(num)s hour", "for %(num)s hours"): ("seit %(num)s Stunde", "seit %(num)s Stunden"),
    ("for %(num)s day", "for %(num)s days"): ("seit %(num)s Tag", "seit %(num)s Tagen"),
    ("%(num)s day ago", "%(num)s days ago"): ("vor %(num)s Tag", "vor %(num)s Tagen"),
}


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small German catalogue: these tests are about how sentences are put together, not about words."""
    catalog = Catalog("de")
    for english, german in WORDS.items():
        catalog.add(english, german)
    catalog.add("%(time)s", "%(time)s Uhr", context="time of day")
    catalog.add("four", "vier", context="number")
    folder = tmp_path_factory.mktemp("translations")
    file = folder / "de" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_mo(out, catalog)
    return folder


@pytest.fixture
def app(words: Path) -> Flask:
    app = Flask(__name__)
    Babel(app, default_timezone="Europe/Berlin", default_translation_directories=str(words))
    text.init_app(app)
    return app


@pytest.fixture
def german(app: Flask) -> Iterator[None]:
    with reading(app, "de"):
        yield


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with reading(app, "en"):
        yield


@contextmanager
def reading(app: Flask, language: str) -> Iterator[None]:
    """Somebody in Berlin who reads this language, at noon."""
    with app.test_request_context(), force_locale(language), time_machine.travel(NOW, tick=False):
        yield


def after(**passed: float) -> datetime:
    return NOW + timedelta(**passed)


def before(**passed: float) -> datetime:
    return NOW - timedelta(**passed)


def spaced(words: str) -> str:
    """What was said, with ordinary spaces."""
    return words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.usefixtures("german")
def test_a_german_reads_days() -> None:
    assert [day(after(days=days)) for days in (-1, 0, 1)] == ["gestern", "heute", "morgen"]
    assert day(after(days=2)) == "Donnerstag, 24.\N{NO-BREAK SPACE}September"
    assert day(date(2027, 3, 1)) == "Montag, 1.\N{NO-BREAK SPACE}März 2027"


@pytest.mark.usefixtures("english")
def test_an_english_reader_reads_days() -> None:
    assert [day(after(days=days)) for days in (-1, 0, 1)] == ["yesterday", "today", "tomorrow"]
    assert day(after(days=2)) == "Thursday, September\N{NO-BREAK SPACE}24"
    assert day(date(2025, 3, 1)) == "Saturday, March\N{NO-BREAK SPACE}1, 2025"


@pytest.mark.usefixtures("german")
def test_a_german_reads_moments() -> None:
    assert moment(before(hours=2, minutes=40)) == "heute, 09:20\N{NO-BREAK SPACE}Uhr"
    assert moment(before(hours=19, minutes=20)) == "gestern, 16:40\N{NO-BREAK SPACE}Uhr"
    assert moment(before(days=4)) == "18.\N{NO-BREAK SPACE}September"
    assert moment(before(days=365)) == "22.\N{NO-BREAK SPACE}September 2025"
    assert spaced(exactly(NOW)) == "Dienstag, 22. September 2026, 12:00:00 Uhr"
    assert clock_time(NOW) == "12:00\N{NO-BREAK SPACE}Uhr"


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("Europe/Berlin", "UTC+2"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("America/St_Johns", "UTC-2:30"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_told_as_it_was_at_that_moment(place: str, told: str) -> None:
    with force_time_zone(place):
        assert zone(NOW) == told


@pytest.mark.usefixtures("english")
def test_an_english_reader_reads_moments() -> None:
    assert spaced(moment(before(hours=2, minutes=40))) == "today, 9:20 AM"
    assert spaced(moment(before(hours=19, minutes=20))) == "yesterday, 4:40 PM"
    assert spaced(moment(before(days=4))) == "September 18"
    assert spaced(exactly(NOW)) == "Tuesday, September 22, 2026, 12:00:00 PM"


@pytest.mark.usefixtures("german")
def test_a_german_reads_deadlines() -> None:
    assert deadline(after(hours=6)) == "heute bis 18:00\N{NO-BREAK SPACE}Uhr"
    assert deadline(after(days=1)) == "morgen bis 12:00\N{NO-BREAK SPACE}Uhr"
    assert deadline(after(days=3)) == "bis Freitag, 25.\N{NO-BREAK SPACE}September"
    assert deadline(date(2026, 9, 22)) == "bis heute"


@pytest.mark.usefixtures("english")
def test_an_english_reader_reads_deadlines() -> None:
    assert spaced(deadline(after(hours=6))) == "today by 6:00 PM"
    assert spaced(deadline(before(days=1))) == "yesterday by 12:00 PM"
    assert spaced(deadline(after(days=3))) == "by Friday, September 25"
    assert deadline(date(2026, 9, 23)) == "by tomorrow"


@pytest.mark.parametrize(
    ("passed", "waiting", "past"),
    [
        (timedelta(seconds=20), "for a moment", "just now"),
        (timedelta(minutes=1), "for 1 minute", "1 minute ago"),
        (timedelta(minutes=59), "for 59 minutes", "59 minutes ago"),
        (timedelta(hours=3), "for 3 hours", "3 hours ago"),
        (timedelta(hours=13), "since yesterday", "yesterday"),
        (timedelta(hours=35), "since yesterday", "yesterday"),
        (timedelta(hours=37), "for 2 days", "2 days ago"),
        (timedelta(days=21), "for 21 days", "21 days ago"),
        (timedelta(days=90), "for 3 months", "3 months ago"),
        (timedelta(days=800), "for 2 years", "2 years ago"),
        (timedelta(hours=-1), "for a moment", "just now"),
    ],
)
@pytest.mark.usefixtures("english")
def test_how_long_something_waits(passed: timedelta, waiting: str, past: str) -> None:
    assert spaced(since(NOW - passed)) == waiting
    assert spaced(ago(NOW - passed)) == past


@pytest.mark.usefixtures("german")
def test_a_german_reads_how_long_something_waits() -> None:
    assert since(before(hours=3)) == "seit 3\N{NO-BREAK SPACE}Stunden"
    assert since(before(days=1)) == "seit gestern"
    assert since(before(days=6)) == "seit 6\N{NO-BREAK SPACE}Tagen"
    assert ago(before(days=12)) == "vor 12\N{NO-BREAK SPACE}Tagen"


def test_shortly_after_midnight_it_is_still_hours(app: Flask) -> None:
    night = datetime(2026, 9, 22, 0, 30, tzinfo=UTC)
    with reading(app, "en"), time_machine.travel(night, tick=False):
        assert spaced(since(night - timedelta(hours=4))) == "for 4 hours"


def test_the_reader_has_a_time_zone(app: Flask) -> None:
    late = datetime(2026, 9, 22, 22, 30, tzinfo=UTC)
    with reading(app, "de"):
        assert day(late) == "morgen"
        assert clock_time(late) == "00:30\N{NO-BREAK SPACE}Uhr"
        assert clock_time(datetime(2026, 12, 1, 22, 30, tzinfo=UTC)).startswith("23:30")


@settings(max_examples=60)
@given(st.timedeltas(timedelta(days=-15_000), timedelta(days=15_000)))
def test_every_instant_can_be_said(passed: timedelta) -> None:
    instant = NOW + passed
    app = Flask(__name__)
    Babel(app)
    for language in ("de", "en"):
        with reading(app, language):
            for say in (day, moment, exactly, clock_time, deadline, since, ago):
                assert say(instant).strip()


@pytest.mark.usefixtures("german")
def test_a_german_reads_amounts() -> None:
    assert text.money(107_100, "EUR") == "1.071,00\N{NO-BREAK SPACE}€"
    assert text.money(-5, "EUR") == "-0,05\N{NO-BREAK SPACE}€"
    assert [text.hours(minutes) for minutes in (2490, 480, 75, 20, 0)] == [
        "41,5", "8,0", "1,25", "0,33", "0,0"
    ]  # fmt: skip
    assert text.size(2_400_000) == "2,4\N{NO-BREAK SPACE}MB"
    assert [text.number_word(4), text.number_word(4, True), text.number_word(1300)] == [
        "vier", "Vier", "1.300"
    ]  # fmt: skip


@pytest.mark.usefixtures("english")
def test_an_english_reader_reads_amounts() -> None:
    assert text.money(107_100, "EUR") == "€1,071.00"
    assert text.money(500, "JPY") == "¥500"
    assert text.hours(2490) == "41.5"
    assert [text.number_word(0), text.number_word(12, True), text.number_word(13)] == [
        "zero", "Twelve", "13"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 KB"),
        (840_000, "840 KB"),
        (999_999, "1 MB"),
        (1_100_000, "1.1 MB"),
        (184_000_000, "184 MB"),
        (10**10, "10 GB"),
        (5 * 10**15, "5,000 TB"),
    ],
)
@pytest.mark.usefixtures("english")
def test_sizes_are_short(count: int, words: str) -> None:
    assert spaced(text.size(count)) == words


def test_hashes_can_be_compared_by_eye() -> None:
    sha256 = "9f3c41d07be2a86513fdc09e52a417b8d06e93c48f215ab7e4480d196c73fe02"
    assert text.short_hash(sha256) == "9f3c 41d0"
    assert text.grouped_hash(sha256).split() == [
        "9f3c41d0", "7be2a865", "13fdc09e", "52a417b8", "d06e93c4", "8f215ab7", "e4480d19", "6c73fe02"
    ]  # fmt: skip


def test_a_sentence_begins_with_a_capital() -> None:
    assert text.upfirst("heute bis 18:00 Uhr") == "Heute bis 18:00 Uhr"
    assert text.upfirst("") == ""


def test_templates_have_them_as_filters(app: Flask) -> None:
    with reading(app, "de"):
        page = "{{ 4|number_word(capital=True) }} {{ now|moment|upfirst }} {{ '**x** <'|markdown }}"
        assert spaced(render_template_string(page, now=NOW)) == (
            "Vier Heute, 12:00 Uhr <p><strong>x</strong> &lt;</p>"
        )
