"""The receipt as a PDF: a sheet that one keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

from flask_babel import gettext as _

from app.blueprints.approvals.receipt import Receipt
from app.core.amounts import grouped, grouped_hash, size
from app.core.brand import letters_of
from app.core.formats import exactly, zone
from app.core.paper import QUIET, SIDE, Paper, Said

CHECK = [(4.5, 12.5), (9.5, 17.5), (19.5, 6.5)]
PEN = [(4.5, 19.5), (5.5, 15.5), (16, 5), (19, 8), (8.5, 18.5), (4.5, 19.5)]
PICTURE, ROOM = (46.0, 62.0), 9.0
STUB, CODE = 46.0, 31.0


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose sheet it is: the agency's name and colour."""

    name: str
    colour: str


def print_receipt(
    receipt: Receipt, sender: Sender, picture: BinaryIO | None, language: str
) -> bytes:
    """The receipt in the language and the time zone of the moment."""
    sheet = Paper(
        _("Receipt %(reference)s: %(title)s", reference=receipt.reference, title=receipt.title),
        author=sender.name,
        language=language,
        colour=sender.colour,
        at=receipt.at,
    )
    sheet.foot = _(
        "%(agency)s, receipt %(reference)s", agency=sender.name, reference=receipt.reference
    )
    sheet.mark(letters_of(sender.name), sender.name)
    _opening(sheet, receipt, picture)
    _facts(sheet, receipt)
    _stub(sheet, receipt)
    return bytes(sheet.output())


def _opening(sheet: Paper, receipt: Receipt, picture: BinaryIO | None) -> None:
    top, width, end = sheet.get_y() + 17, sheet.epw, 0.0
    if picture:
        end = sheet.picture(picture, top, *PICTURE)
        width -= PICTURE[0] + ROOM
    sheet.set_xy(SIDE, top)
    sheet.disc(CHECK if receipt.is_approval else PEN)
    sheet.set_y(sheet.get_y() + 6)
    heading = _("Approved.") if receipt.is_approval else _("Changes wanted.")
    sheet.paragraph(heading, width, "serif", 30)
    sheet.set_y(sheet.get_y() + 2)
    sheet.paragraph(receipt.sentence, width, size=11, colour=QUIET)
    sheet.set_y(max(sheet.get_y(), end) + 9)


def _facts(sheet: Paper, receipt: Receipt) -> None:
    sheet.fact(_("What"), Said(receipt.title, "bold"), Said(receipt.project_name, quiet=True))
    for each in receipt.seen:
        name = Said(f"{each['name']}, {each.get('url') or size(each['size'])}")
        check = Said(grouped_hash(each["sha256"]), "mono", quiet=True, label="SHA-256")
        sheet.fact(_("Version %(number)s", number=each["number"]), name, check, *_copy(each))
    sheet.fact(_("Changes"), Said(receipt.reason))
    sheet.fact(_("By"), Said(receipt.name), Said(receipt.whose, quiet=True))
    sheet.fact(_("On"), Said(f"{exactly(receipt.at)} ({zone(receipt.at)})"))
    sheet.fact(_("With"), Said(receipt.place))
    sheet.fact(_("Log"), Said(grouped_hash(receipt.hash), "mono", quiet=True))
    sheet.rule()


def _copy(seen: dict[str, Any]) -> list[Said]:
    """The hash of what others download, where that is not the original."""
    if "copy_sha256" not in seen:
        return []
    why = _(
        "What everybody downloads who did not upload it: the same bytes, without the place where it was taken."
    )
    digest = grouped_hash(seen["copy_sha256"])
    return [Said(digest, "mono", quiet=True, label=_("without location")), Said(why, quiet=True)]


def _stub(sheet: Paper, receipt: Receipt) -> None:
    """How anybody can check the sheet, at the foot of the last page."""
    if sheet.get_y() + 4 > sheet.h - STUB - ROOM * 2:
        sheet.add_page()
    sheet.set_auto_page_break(False)
    sheet.set_y(sheet.h - STUB - ROOM * 2)
    sheet.torn_edge()
    y = sheet.get_y() + 7
    sheet.qr_code(receipt.check_url, SIDE, y, CODE)
    sheet.set_y(y - 1)
    sheet.indent(CODE + 8)
    sheet.paragraph(_("Is this receipt genuine?"), 0, "bold")
    where = receipt.check_url.partition("://")[2].rpartition("/")[0]
    how = _(
        "Anybody who has it can check it: scan the code, or open %(address)s and enter these two:",
        address=where,
    )
    sheet.paragraph(how, 0, size=9)
    sheet.set_y(sheet.get_y() + 1.5)
    sheet.indent(CODE + 8)
    sheet.paragraph(f"{receipt.reference}   {grouped(receipt.code, 4)}", 0, "mono", 11)
    sheet.set_y(sheet.get_y() + 1.5)
    sheet.indent(CODE + 8)
    why = _(
        "The code is the beginning of the line in the log. Each line holds the hash of the one before, "
        "so that nothing in it can be changed without it showing."
    )
    sheet.paragraph(why, 0, size=8, colour=QUIET)
    if sheet.left_out:
        left_out = _("%(sign)s stands for characters that can't be printed here.", sign="□")
        sheet.paragraph(left_out, 0, size=8, colour=QUIET)
    sheet.indent(0)
