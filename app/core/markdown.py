"""Markdown in, safe HTML out."""

from __future__ import annotations

import html
import re
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape

MOST_MARKS = 200
TAGS = {
    "p", "br", "hr", "h3", "h4", "strong", "em", "code", "blockquote", "ul", "ol", "li", "a"
}  # fmt: skip
ADDRESS = (
    r"https?://(?:[^\s<>()\x02\x03]|\([^\s<>()\x02\x03]*\))*(?:[\w/=&#%~+-]|\([^\s<>()\x02\x03]*\))"
)
LIST_AFTER_TEXT = re.compile(r"^(?![ \t]|[-*+] |\d+\. )(.+)\n(?=[-*+] |1\. )", re.MULTILINE)
ENDS_LINE = re.compile(r"<(?:br|hr|/p|/li|/h\d)\b")


def markdown(source: str) -> Markup:
    """HTML that is safe on any page. HTML in the source is shown as it was typed."""
    cleaned = nh3.clean(
        _converted(source),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="noopener nofollow",
    )
    return Markup(cleaned)  # noqa: S704 - nh3 has cleaned it


def plain(source: str, length: int = 160) -> str:
    """The text of some Markdown in one line, cut after a word if it is longer."""
    spaced = ENDS_LINE.sub(r" \g<0>", str(markdown(source)))
    text = " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())
    if len(text) <= length:
        return text
    begun = text[: length - 1]
    whole_words = begun.rpartition(" ")[0] if text[length - 1] != " " else begun
    return (whole_words or begun).rstrip(" ,;:.–-") + "…"


def _converted(source: str) -> str:
    try:
        if max(source.count("["), source.count("`")) <= MOST_MARKS:
            return _reader().convert(LIST_AFTER_TEXT.sub("\\1\n\n", source))
    except RecursionError:
        pass
    # Nobody means this as Markdown, and reading it could take minutes.
    return "<p>" + str(escape(source)).replace("\n", "<br>") + "</p>"


class _Link(InlineProcessor):
    """An address that somebody typed becomes a link; the full stop after it stays outside."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, match: re.Match[str], _data: str
    ) -> tuple[Element, int, int]:
        link = Element("a", href=match[0])
        link.text = match[0]
        return link, match.start(), match.end()


class _Headings(Treeprocessor):
    """A page has its own h1 and h2; headings inside of texts come below, their highest as h3."""

    def run(self, root: Element) -> None:
        headings = [each for each in root.iter() if re.fullmatch(r"h[1-6]", each.tag)]
        highest = min((each.tag for each in headings), default="")
        for each in headings:
            each.tag = "h3" if each.tag == highest else "h4"


def _reader() -> Markdown:
    """Markdown as people write it in messages: what they type by accident stays text."""
    reader = Markdown(extensions=["nl2br", "sane_lists"])
    reader.preprocessors.deregister("html_block")
    for name in ("html", "image_link", "image_reference", "short_image_ref"):
        reader.inlinePatterns.deregister(name)
    # Indented lines are not code, dashes under a line make no heading, "#4711" is a number.
    for name in ("code", "setextheader"):
        reader.parser.blockprocessors.deregister(name)
    hash_header: Any = reader.parser.blockprocessors["hashheader"]
    hash_header.RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ \t]+(?P<header>[^\n]*?)#*(?:\n|$)")
    reader.inlinePatterns.register(_Link(ADDRESS, reader), "address", 85)
    reader.treeprocessors.register(_Headings(reader), "headings", 10)
    return reader
