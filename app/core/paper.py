"""A printed sheet: PDF/A-3 on A4 in the agency's look. The same content gives the same bytes.

Importing this takes a second and much memory (fpdf2): only background work does, and only when it prints.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

import segno
from fpdf import FPDF
from fpdf.enums import Align, DocumentCompliance, XPos, YPos
from fpdf.fonts import TTFFont
from PIL import Image

from app.core.colour import mail_accent, on_colour

FONTS = Path(__file__).with_name("fonts")
TYPES = {
    "sans": "inter/Inter-Regular.ttf",
    "bold": "inter/Inter-SemiBold.ttf",
    "serif": "source-serif/SourceSerif4-Regular.ttf",
    "mono": "jetbrains-mono/JetBrainsMono-Regular.ttf",
}
INK, QUIET, HAIR = "#1b1a18", "#5b5853", "#dcdad6"
SIDE, TOP, BOTTOM = 24.0, 20.0, 22.0
LABEL, AIR = 34.0, 2.4
WHOLE = 40.0  # what is not higher stays on one page
LINE = 5.2  # of text in 10 points
UNKNOWN = "□"
NOT_PRINTED = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"}


ABOUT = """\
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 pdf:Producer="Foyer" xmp:CreateDate="{at}" xmp:ModifyDate="{at}" xmp:MetadataDate="{at}">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a text: in `bold`, `mono`, or as it is; `quiet` is paler. `label` is what it is called."""

    text: str
    type: str = "sans"
    quiet: bool = False
    label: str = ""


class Paper(FPDF):
    """A sheet that is written from top to bottom; what does not fit goes on the next."""

    def __init__(
        self, title: str, *, author: str, language: str, colour: str, at: datetime
    ) -> None:
        super().__init__(format="A4", enforce_compliance=DocumentCompliance.PDFA_3B)
        for family, path in TYPES.items():
            self.add_font(family, fname=FONTS / path)
        self.accent, self.foot, self.left_out = mail_accent(colour), "", False
        self.set_title(self.plain(title))
        self.set_author(self.plain(author))
        self.set_lang(language)
        self.set_creation_date(at)
        self.set_producer("Foyer")
        self.set_xmp_metadata(_about(self.plain(title), self.plain(author), at))
        self.set_margins(SIDE, TOP, SIDE)
        self.c_margin = 0
        self.set_auto_page_break(True, BOTTOM)
        self.add_page()

    def footer(self) -> None:
        """What stands at the foot of each page."""
        self.set_xy(SIDE, -14)
        self._use("sans", 7.5, QUIET)
        self.cell(
            self.w - 2 * SIDE - 12, 4, self._fitting(self.plain(self.foot), self.w - 2 * SIDE - 12)
        )
        self.set_x(self.w - SIDE - 8)
        self.cell(8, 4, f"{self.page_no()}/{{nb}}")

    def plain(self, text: str, family: str = "sans") -> str:
        """The text with what the font can print; `left_out` tells whether something could not be."""
        font = self.fonts[family]
        known = font.cmap if isinstance(font, TTFFont) else {}
        shown = []
        for character in unicodedata.normalize("NFC", text):
            if ord(character) in known or character == "\n":
                shown.append(character)
            elif unicodedata.category(character) not in NOT_PRINTED:
                self.left_out = True
                shown.append(UNKNOWN if shown[-1:] != [UNKNOWN] else "")
        return "".join(shown)

    def mark(self, letters: str, name: str) -> None:
        """The head of the sheet: the sender's mark and name."""
        self.set_fill_color(self.accent)
        self.rect(SIDE, TOP, 9, 9, style="F", round_corners=True, corner_radius=2.1)
        self._use("bold", 10 if len(letters) == 1 else 8.5, on_colour(self.accent))
        self.set_xy(SIDE, TOP)
        self.cell(9, 9, self.plain(letters, "bold"), align=Align.C)
        self._use("bold", 10.5, INK)
        self.set_xy(SIDE + 12, TOP)
        self.cell(self.epw - 12, 9, self._fitting(self.plain(name, "bold"), self.epw - 12))
        self.set_xy(SIDE, TOP + 9)

    def disc(self, *strokes: Iterable[tuple[float, float]]) -> None:
        """A filled disc with a sign of few strokes, on a grid of 24."""
        x, y, size = self.get_x(), self.get_y(), 15.0
        self.set_fill_color(self.accent)
        self.circle(x + size / 2, y + size / 2, size / 2, style="F")
        self.set_draw_color(on_colour(self.accent))
        self.set_line_width(0.45)
        scale, inset = 7.4 / 24, (size - 7.4) / 2
        for stroke in strokes:
            self.polyline([(x + inset + a * scale, y + inset + b * scale) for a, b in stroke])
        self.set_xy(SIDE, y + size)

    def paragraph(
        self, text: str, width: float, type: str = "sans", size: float = 10, colour: str = INK
    ) -> None:
        """Some lines over this width, from the left margin; the lines stand closer where they are large."""
        self._use(type, size, colour)
        self.set_x(self.l_margin)
        self._lines(width, size * (0.53 if size < 16 else 0.4), self.plain(text, type))

    def indent(self, by: float) -> None:
        """Let what follows begin further to the right, or where the sheet's text begins."""
        self.set_left_margin(SIDE + by)
        self.set_x(SIDE + by)

    def fact(self, label: str, *parts: Said) -> None:
        """A line of a list, a hairline above: what it is called, and what it is; nothing without a text."""
        shown = [part for part in parts if part.text]
        if not shown:
            return
        height = sum(self._height(part) for part in shown) + 2 * AIR
        if self.will_page_break(min(height, WHOLE)):
            self.add_page()
        self.rule()
        self.set_y(self.get_y() + AIR)
        self._label(label)
        self.indent(LABEL)
        for part in shown:
            if part.label:
                self._label(part.label)
            self._style(part)
            self._lines(self.epw, LINE, self.plain(part.text, part.type))
        self.indent(0)
        self.set_y(self.get_y() + AIR)

    def rule(self) -> None:
        """A hairline over the whole width."""
        self.set_draw_color(HAIR)
        self.set_line_width(0.2)
        self.line(SIDE, self.get_y(), self.w - SIDE, self.get_y())

    def torn_edge(self) -> None:
        """Where the slip would be torn off."""
        y, step = self.get_y(), 2.0
        count = round(self.epw / step)
        self.set_draw_color(HAIR)
        self.set_line_width(0.25)
        width = self.epw / count
        points = [
            (SIDE + at * width / 2, y + (1.0 if at % 2 else 0.0)) for at in range(2 * count + 1)
        ]
        self.polyline(points)
        self.set_xy(SIDE, y + 1)

    def picture(self, stream: BinaryIO, y: float, width: float, height: float) -> float:
        """A picture within this frame at the right edge, a hairline around it; returns where it ends."""
        shown = Image.open(stream).convert("RGB")
        scale = min(width / shown.width, height / shown.height)
        box = (self.w - SIDE - shown.width * scale, y, shown.width * scale, shown.height * scale)
        self.image(shown, *box)
        self.set_draw_color(HAIR)
        self.set_line_width(0.2)
        self.rect(*box)
        return y + box[3]

    def qr_code(self, text: str, x: float, y: float, size: float) -> None:
        """A QR code as wide as `size`, made of rectangles."""
        rows = list(segno.make(text, error="m", micro=False).matrix)
        module = size / len(rows)
        self.set_fill_color("#000000")
        for row, cells in enumerate(rows):
            start = 0
            while start < len(cells):
                end = start
                while end < len(cells) and cells[end]:
                    end += 1
                if end > start:
                    box = (x + start * module, y + row * module, (end - start) * module, module)
                    self.rect(*box, style="F")
                start = end + 1

    def _label(self, label: str) -> None:
        left, y = self.get_x(), self.get_y()
        self._use("sans", 8.5, QUIET)
        self.set_xy(SIDE, y + 0.25)
        self.cell(LABEL - 3, LINE, self.plain(label))
        self.set_xy(left, y)

    def _height(self, part: Said) -> float:
        self._style(part)
        width, text = self.epw - LABEL, self.plain(part.text, part.type)
        height = self.multi_cell(width, LINE, text, dry_run=True, output="HEIGHT", align=Align.L)
        return float(height)  # type: ignore[arg-type]

    def _fitting(self, text: str, width: float) -> str:
        """The text, or as much of it as fits on one line."""
        while self.get_string_width(text) > width:
            text = text.rstrip("…")[:-1].rstrip() + "…"
        return text

    def _style(self, part: Said) -> None:
        size = 8.3 if part.type == "mono" else 10
        self._use(part.type, size, QUIET if part.quiet else INK)

    def _lines(self, width: float, line: float, text: str) -> None:
        self.multi_cell(width, line, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _use(self, family: str, size: float, colour: str) -> None:
        self.set_font(family, size=size)
        self.set_text_color(colour)


def _about(title: str, author: str, at: datetime) -> str:
    """What the sheet says of itself. fpdf2 would put the time of printing into it."""
    moment = at.astimezone(UTC).isoformat(timespec="seconds")
    return ABOUT.format(title=escape(title), author=escape(author), at=moment)
