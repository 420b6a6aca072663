"""Markdown: what people write comes out as they mean it, and nothing else comes out."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from app.core.markdown import TAGS, markdown, plain

MARKS = """< > script [x]( javascript: ) ` # - 1. &lt; https://a.de/?x=" onload= ' " * _ ![ <!-- <a@b>"""
SNIPPETS = st.one_of(
    st.sampled_from(MARKS.split()),
    st.sampled_from(["\n", "\n\n", "    ", "> ", "- ", "\x02", "\x03", "](data:text/html,x)"]),
)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**fett** und *schräg*", "<p><strong>fett</strong> und <em>schräg</em></p>"),
        ("eins\nzwei\n\ndrei", "<p>eins<br>\nzwei</p>\n<p>drei</p>"),
        ("# Groß\n## Klein\n### Kleiner", "<h3>Groß</h3>\n<h4>Klein</h4>\n<h4>Kleiner</h4>"),
        ("> Zitat", "<blockquote>\n<p>Zitat</p>\n</blockquote>"),
        ("Bitte:\n- Logo\n- Text", "<p>Bitte:</p>\n<ul>\n<li>Logo</li>\n<li>Text</li>\n</ul>"),
        ("3. drei\n4. vier", '<ol start="3">\n<li>drei</li>\n<li>vier</li>\n</ol>'),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("#4711 ist da", "<p>#4711 ist da</p>"),
        ("Gruß\nJana\n--\nStudio", "<p>Gruß<br>\nJana<br>\n--<br>\nStudio</p>"),
        ("plakat_v3_final.pdf", "<p>plakat_v3_final.pdf</p>"),
        ("    eingerückt", "<p>eingerückt</p>"),
        ("3 < 4 & <b>so</b>", "<p>3 &lt; 4 &amp; &lt;b&gt;so&lt;/b&gt;</p>"),
        ("", ""),
    ],
)
def test_it_means_what_people_mean(source: str, html: str) -> None:
    assert markdown(source) == html
    assert isinstance(markdown(source), Markup)


@pytest.mark.parametrize(
    ("source", "href", "label"),
    [
        ("[hier](https://a.de)", "https://a.de", "hier"),
        ("Siehe https://a.de/x_y_z?q=1&b=2.", "https://a.de/x_y_z?q=1&b=2", None),
        ("(http://a.de/b)!", "http://a.de/b", None),
        ("https://de.wikipedia.org/wiki/A_(B)", "https://de.wikipedia.org/wiki/A_(B)", None),
        ("[x https://b.de y](https://a.de)", "https://a.de", "x https://b.de y"),
        ("<https://a.de>", "https://a.de", None),
        ("[Mail](mailto:a@b.de)", "mailto:a@b.de", "Mail"),
    ],
)
def test_addresses_become_links(source: str, href: str, label: str | None) -> None:
    links = BeautifulSoup(markdown(source), "html.parser").find_all("a")
    assert [(link["href"], link.text) for link in links] == [(href, label or href)]
    assert set(links[0]["rel"]) == {"noopener", "nofollow"}


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](/abmelden)",
        "[x](//evil.example)",
        "[x]\n\n[x]: javascript:alert(1)",
    ],
)
def test_other_links_lead_nowhere(source: str) -> None:
    assert "href" not in markdown(source)


def test_pictures_are_not_loaded() -> None:
    assert "<img" not in markdown(
        "![x](https://evil.example/pixel.png) ![x][y]\n\n[y]: https://e.de"
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(SNIPPETS, st.text(max_size=5)), max_size=30).map("".join))
def test_nothing_else_comes_out(source: str) -> None:
    for tag in BeautifulSoup(markdown(source), "html.parser").find_all(True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= {"href", "rel", "start"}
        assert re.match(r"(https?:|mailto:)", tag.get("href", "https:"))
    assert "\n" not in plain(source)


@pytest.mark.parametrize(
    "mark", ["[", "[a](", "`", ">", "> ", "1. ", "*", "**a*", "<", "https://", "&", "(", "- "]
)
def test_a_text_of_nothing_but_marks_is_shown_too(mark: str) -> None:
    assert markdown(mark * 6000)


def test_an_excerpt_is_one_line_without_marks() -> None:
    source = "# Hallo\n\nDas ist **neu**,\nund das\n- Logo\n- Text < Bild"
    assert plain(source) == "Hallo Das ist neu, und das Logo Text < Bild"


def test_a_long_excerpt_ends_after_a_word() -> None:
    assert plain("Das ist ein langer Text", 15) == "Das ist ein…"
    assert plain("Das ist ein, langer Text", 14) == "Das ist ein…"
    assert plain("Donaudampfschifffahrt", 10) == "Donaudamp…"
    assert plain("genau zehn", 10) == "genau zehn"
