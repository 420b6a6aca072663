"""What a file is, found from its first bytes. What the browser says about it is never asked."""

from __future__ import annotations

import codecs
import re

UNKNOWN = "application/octet-stream"
MARKDOWN = "text/markdown"
HEAD = 8192
ZIP = b"PK\x03\x04"
# Types that browsers show, and some that only look like text: these are certain.
SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"....ftyp(?:avif|avis|mif1.{0,40}avif)", re.DOTALL), "image/avif"),
    (re.compile(rb"....ftyp(?:hei[cxms]|hev[cmxs]|mif1|msf1)", re.DOTALL), "image/heic"),
    (re.compile(rb"....ftypqt  ", re.DOTALL), "video/quicktime"),
    (re.compile(rb"....ftypM4[AB] ", re.DOTALL), "audio/mp4"),
    (re.compile(rb"....ftyp(?:iso|mp4|avc1|M4V |dash|MSNV|f4v )", re.DOTALL), "video/mp4"),
    (re.compile(rb"\x1aE\xdf\xa3.{0,60}webm", re.DOTALL), "video/webm"),
    (re.compile(rb"\x1aE\xdf\xa3"), "video/x-matroska"),
    (re.compile(rb"OggS.{0,40}\x80theora", re.DOTALL), "video/ogg"),
    (re.compile(rb"OggS.{0,40}(?:\x01vorbis|OpusHead|Speex|\x7fFLAC)", re.DOTALL), "audio/ogg"),
    (re.compile(rb"ID3[\x02-\x04]|\xff[\xfb\xfa\xf3\xf2]"), "audio/mpeg"),
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"%!PS"), "application/postscript"),
    (re.compile(rb"\{\\rtf"), "application/rtf"),
)
# Kinds of text that only their name tells apart.
TEXTS = {
    "css": "text/css",
    "csv": "text/csv",
    "htm": "text/html",
    "html": "text/html",
    "ics": "text/calendar",
    "js": "text/javascript",
    "json": "application/json",
    "md": MARKDOWN,
    "mjs": "text/javascript",
    "svg": "image/svg+xml",
    "vcf": "text/vcard",
    "xhtml": "application/xhtml+xml",
    "xml": "application/xml",
}
PLAIN = re.compile(r"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]*")
ROOT = re.compile(r"<(?:\w+:)?(svg)\b|<(?:!doctype\s+)?(?:\w+:)?html\b", re.IGNORECASE)
HTML = re.compile(
    r"<(?:head|body|script|iframe|object|embed|form|style|title|div|table|h\d|font|link|meta"
    r"|img|video|audio|base|a|b|br|p)\b|<!--",
    re.IGNORECASE,
)


def content_type_of(first_bytes: bytes, name: str) -> str:
    """The MIME type of a file that begins like this; 8 kB are enough to tell.

    The name only decides between types that look alike inside; markup is found under any name.
    """
    head = first_bytes[:HEAD]
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    for signature, content_type in SIGNATURES:
        if signature.match(head):
            return content_type
    markup = _markup(head)
    if markup:
        return markup
    if _is_text(head):
        return TEXTS.get(extension, "text/plain")
    return _binary(head, f"x.{extension}")


def _markup(head: bytes) -> str | None:
    """The kind of markup that a browser would take these bytes for, in whatever encoding."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.removeprefix(codecs.BOM_UTF8).decode("utf-16" if wide else "latin-1", "ignore")
    start = text.lstrip(" \t\r\n\f\0")
    if not start.startswith("<"):
        return None
    root = ROOT.search(start)
    if root:
        return "image/svg+xml" if root[1] else "text/html"
    if HTML.match(start):
        return "text/html"
    return "application/xml" if start.startswith(("<?", "<!")) else None


def _is_text(head: bytes) -> bool:
    try:
        # Incremental, since the last character may be cut.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return bool(head) and PLAIN.fullmatch(text) is not None


def _binary(head: bytes, name: str) -> str:
    """What puremagic makes of it, as far as it is sure."""
    # Imported here: it loads a large table, and only uploads need it.
    import puremagic

    if not head:
        return UNKNOWN
    try:
        found = puremagic.magic_string(head, filename=name)
    except puremagic.PureError:
        found = []
    sure = [each for each in found if each.mime_type and each.confidence >= 0.3]
    if head.startswith(ZIP):
        # All kinds of office files begin alike: the name says which of those that it can be.
        sure = [each for each in sure if name.endswith(each.extension)]
        return sure[0].mime_type if sure else "application/zip"
    return sure[0].mime_type if sure else UNKNOWN
