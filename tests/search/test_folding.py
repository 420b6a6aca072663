"""Words as people type them, and what is shown of a text in which they were found."""

from __future__ import annotations

import pytest

from app.core.folding import Query, excerpt, folded, forms, marked


@pytest.mark.parametrize("typed", ["Bäckerei", "backerei", "BAECKEREI", "Ba\u0308ckerei", "bäck"])
@pytest.mark.parametrize("written", ["Bäckerei", "Baeckerei", "Ba\u0308ckerei"])
def test_umlauts_are_found_however_they_are_written_and_typed(typed: str, written: str) -> None:
    assert Query.of(typed).finds(written.replace("a\u0308", "ä"))
    kept = folded(written).split()
    assert any(word.startswith(form) for form in Query.of(typed).terms[0] for word in kept)


@pytest.mark.parametrize(
    ("word", "first"),
    [("Straße", "strasse"), ("Yıldız", "yildiz"), ("Łódź", "lodz"), ("Æon", "aeon"), ("A2", "a2")],
)
def test_other_letters_are_typed_as_on_any_keyboard(word: str, first: str) -> None:
    assert forms(word)[0] == first


def test_names_of_files_are_taken_apart() -> None:
    assert folded("Plakat_final-v2.PDF") == "plakat final v2 pdf"


def test_less_than_two_characters_are_no_query() -> None:
    assert not Query.of("")
    assert not Query.of("a")
    assert not Query.of('"*" \'&|!():')
    assert Query.of("A2")


def test_found_words_are_marked_and_everything_else_is_text() -> None:
    found = marked("<b>Das Plakat</b> & Plakate", Query.of("plak"))
    assert found == ("&lt;b&gt;Das <mark>Plakat</mark>&lt;/b&gt; &amp; <mark>Plakate</mark>")


def test_an_excerpt_stands_around_the_first_word_that_was_found() -> None:
    text = "Anfang " + "viel Text " * 40 + "dann das Plakat " + "und so weiter " * 40
    found = excerpt(text, Query.of("Plakat"))
    assert "<mark>Plakat</mark>" in found
    assert found.startswith("… ") and found.endswith(" …")
    assert len(found) < 230
    assert excerpt(text, Query.of("Handzettel")) == ""
