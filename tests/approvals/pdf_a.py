"""What ISO 19005-3 (PDF/A-3, level B) asks of a PDF such as ours, read from its objects.

A checker of its own kind: it knows the parts that our printer uses, and refuses what it does not know.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from fontTools.ttLib import TTFont

OBJECT = re.compile(rb"(?<=\n)(\d+) 0 obj\n(.*?)\nendobj\n", re.S)
ACTIONS = (
    "/Launch",
    "/JavaScript",
    "/Sound",
    "/Movie",
    "/ResetForm",
    "/ImportData",
    "/AA",
    "/Rendition",
)
KNOWN = {
    *("Catalog", "Pages", "Page", "OutputIntent", "Group", "Font", "FontDescriptor"),
    *("XObject", "Metadata", "Annot", "Action"),
}
NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


@dataclass(frozen=True, slots=True)
class Part:
    """An object of a PDF: its dictionary as text, and its stream as it is meant."""

    head: str
    stream: bytes = b""

    def link(self, name: str) -> int:
        """The number of the object that an entry points to; 0 if there is no such entry."""
        found = re.search(rf"/{name} \[?(\d+) 0 R", self.head)
        return int(found[1]) if found else 0


class Pdf:
    """A PDF, taken apart."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.parts = {int(number): _part(body) for number, body in OBJECT.findall(content)}
        self.trailer = content.rpartition(b"trailer")[2].decode("latin-1")

    def __getitem__(self, number: int) -> Part:
        return self.parts.get(number, Part(""))

    def of_type(self, type: str) -> list[Part]:
        """All objects of a type."""
        return [each for each in self.parts.values() if re.search(rf"/Type /{type}\b", each.head)]


def problems_of(content: bytes) -> list[str]:
    """Everything about a PDF that the standard forbids; nothing if it keeps for decades."""
    pdf = Pdf(content)
    return [
        *_of_file(pdf),
        *_of_content(pdf),
        *_of_colour(pdf),
        *_of_fonts(pdf),
        *_of_metadata(pdf),
    ]


def _of_file(pdf: Pdf) -> Iterator[str]:
    """6.1: the file itself."""
    head, mark, *_rest = pdf.content.split(b"\n", 2)
    if not re.fullmatch(rb"%PDF-1\.[0-7]", head):
        yield "6.1.2: the header"
    if mark[:1] != b"%" or len(mark) < 5 or min(mark[1:5]) < 128:
        yield "6.1.2: no comment of binary characters"
    if not re.search(r"/ID \[<\w+><\w+>\]", pdf.trailer) or "/Encrypt" in pdf.trailer:
        yield "6.1.3: the trailer"
    if not pdf.content.rstrip().endswith(b"%%EOF"):
        yield "6.1.3: something after the end"
    start = int(pdf.trailer.partition("startxref")[2].split()[0])
    table = re.findall(rb"(\d{10}) \d{5} n", pdf.content[start:])
    offsets = [content_at(pdf.content, int(each)) for each in table]
    if offsets != sorted(pdf.parts) or not pdf.content[start:].startswith(b"xref\n"):
        yield "6.1.4: the table of objects"


def content_at(content: bytes, offset: int) -> int:
    """The number of the object that begins there."""
    found = re.match(rb"(\d+) 0 obj", content[offset : offset + 20])
    return int(found[1]) if found else 0


def _of_content(pdf: Pdf) -> Iterator[str]:
    """6.1.7, 6.2.8, 6.3, 6.5, 6.6: streams, pictures, notes on pages, actions."""
    for number, part in pdf.parts.items():
        if set(re.findall(r"/Type /(\w+)", part.head)) - KNOWN:
            yield f"{number}: of a type that is not known here"
        if re.search(r"/LZWDecode|/Crypt\b|/F \(|/FFilter|/JPXDecode", part.head):
            yield f"6.1.7: the filter of {number}"
        if re.search(r"/Interpolate true|/Alternates|/OPI|/BitsPerComponent 16", part.head):
            yield f"6.2.8: the picture {number}"
        if re.search(r"/(Widget|Popup|FileAttachment|3D|Screen)\b", part.head):
            yield f"6.3: the note {number}"
        if any(re.search(rf"{name}\b", part.head) for name in ACTIONS):
            yield f"6.5: the action {number}"
        if re.search(r"/EF\b|/EmbeddedFiles", part.head) and "/AFRelationship" not in part.head:
            yield f"6.8: what is enclosed in {number} does not say how it belongs to it"


def _of_colour(pdf: Pdf) -> Iterator[str]:
    """6.2.3, 6.2.4, 6.2.10: colours mean the same everywhere, also where something shines through."""
    (catalog,) = pdf.of_type("Catalog")
    profile = pdf[catalog.link("DestOutputProfile")] if "/GTS_PDFA1" in catalog.head else Part("")
    size, version = struct.unpack(">I4xB", profile.stream[:9]) if profile.stream else (0, 0)
    if size != len(profile.stream) or version > 4 or profile.stream[36:40] != b"acsp":
        yield "6.2.3: no profile of colours"
    if profile.stream[12:20] not in (b"mntrRGB ", b"prtrRGB ") or "/N 3" not in profile.head:
        yield "6.2.3: the profile is not one of red, green and blue"
    if any("/DeviceCMYK" in part.head for part in pdf.parts.values()):
        yield "6.2.4: colours that the profile does not explain"
    for page in pdf.of_type("Page"):
        if re.search(rb"(?<![\w.])[kK]\n", pdf[page.link("Contents")].stream):
            yield "6.2.4: colours of a press"
    if any(
        re.search(r"/SMask \d|/BM /(?!Normal)|/(ca|CA) 0?\.", p.head) for p in pdf.parts.values()
    ):
        yield "6.2.10: something shines through"


def _of_fonts(pdf: Pdf) -> Iterator[str]:
    """6.2.11: every sign that is shown is in the file, as wide as is said."""
    for font in pdf.of_type("Font"):
        if "/Type0" in font.head:
            yield from _of_font(pdf, font)
        elif "/CIDFontType2" not in font.head:
            yield "6.2.11.4: a font that is not in the file"


def _of_font(pdf: Pdf, font: Part) -> Iterator[str]:
    below = pdf[font.link("DescendantFonts")]
    inside = pdf[pdf[below.link("FontDescriptor")].link("FontFile2")].stream
    if not inside or "/Identity-H" not in font.head or not font.link("ToUnicode"):
        yield "6.2.11: a font that is not in the file, or whose signs are not explained"
        return
    names, places = re.search(r"/BaseFont /\S+", font.head), pdf[below.link("CIDToGIDMap")].stream
    if not names or names[0] not in below.head or not places:
        yield "6.2.11.3: a font with two names, or whose signs lead nowhere"
    program = TTFont(io.BytesIO(inside))
    unit, glyphs = program["head"].unitsPerEm, program.getGlyphOrder()
    for sign, width in _widths(below.head):
        place = int.from_bytes(places[2 * sign : 2 * sign + 2], "big")
        if place >= len(glyphs):
            yield f"6.2.11.4: sign {sign} is not in the font"
        elif abs(program["hmtx"][glyphs[place]][0] * 1000 / unit - width) > 1 and place:
            yield f"6.2.11.5: sign {sign} is not as wide as is said"


def _widths(head: str) -> Iterator[tuple[int, float]]:
    """Each sign's width, as /W says it: from a first one on, or for a whole range."""
    for first, several, last, same in re.findall(
        r"(\d+) (?:\[ ?([\d. ]+)\]|(\d+) ([\d.]+))", head.partition("/W [")[2]
    ):
        if several:
            yield from enumerate(map(float, several.split()), int(first))
        else:
            yield from ((sign, float(same)) for sign in range(int(first), int(last) + 1))


def _of_metadata(pdf: Pdf) -> Iterator[str]:
    """6.6.2: what the file says of itself, once, and so that anything can read it."""
    (catalog,) = pdf.of_type("Catalog")
    about = pdf[catalog.link("Metadata")]
    if "/Filter" in about.head or "/Subtype /XML" not in about.head:
        yield "6.6.2.1: what it says of itself is packed"
    tree = ElementTree.fromstring(about.stream)
    said = {
        name: tree.findtext(f".//pdfaid:{name}", "", NAMESPACES) for name in ("part", "conformance")
    }
    if said != {"part": "3", "conformance": "B"}:
        yield "6.6.4: it does not say what it is"
    if not tree.findtext(".//dc:title/rdf:Alt/rdf:li", "", NAMESPACES):
        yield "6.6.2: no title"
    if "/Info" in pdf.trailer:
        yield "6.6.3: it says twice of itself what must be the same"


def _part(body: bytes) -> Part:
    head, stream, rest = body.partition(b"\nstream\n")
    content = rest.rpartition(b"\nendstream")[0] if stream else b""
    text = head.decode("latin-1")
    return Part(text, zlib.decompress(content) if "/FlateDecode" in text else content)
