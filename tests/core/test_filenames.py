"""Names stay as people gave them, and can do no harm; types are found from bytes."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.filenames import ascii_name, content_type_of, safe_name, softly

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
ANYTHING = st.text(max_size=400)
NASTY = st.text("./\\ \0\u202e\u200bCONcon:.\udc80\u0301é\u3000\n", max_size=30)
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\s*(\..*)?", re.IGNORECASE)


@pytest.mark.parametrize(
    "name",
    [
        "Übersicht (final) – Kopie.pdf",
        "Plakat_Kürbiskernbrot_v3.pdf",
        "日本語の資料.docx",
        "لوحة.png",
        "Größe 10 % & mehr; 'so'.txt",
        "Fest 🎉❤️.jpg",
        "archiv.tar.gz",
    ],
)
def test_a_good_name_stays(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Jana\\Plan.pdf", "Plan.pdf"),
        ("..", "file"),
        ("", "file"),
        ("   ", "file"),
        ("/", "file"),
        (".htaccess", "htaccess"),
        ("Plan.pdf. . ", "Plan.pdf"),
        ("Plan\0.pdf", "Plan.pdf"),
        ("Plan\r\nSet-Cookie: x.pdf", "Plan Set-Cookie- x.pdf"),
        ("Rechnung\u202efdp.exe", "Rechnungfdp.exe"),
        ("Pl\u200ban\ufeff.pdf", "Plan.pdf"),
        ("U\u0308bersicht.pdf", "Übersicht.pdf"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("lpt1 .tar.gz", "_lpt1 .tar.gz"),
        ("Console.txt", "Console.txt"),
        ("Was: wie?.pdf", "Was- wie-.pdf"),
        ("kaputt\udce4.pdf", "kaputt.pdf"),
    ],
)
def test_a_bad_name_becomes_a_good_one(raw: str, name: str) -> None:
    assert safe_name(raw) == name


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("Ü" * 300 + ".pdf")
    assert len(name) == 200
    assert name.endswith("Ü.pdf")


@given(st.one_of(ANYTHING, NASTY))
@example("con" + "." * 300)
@example("a" * 198 + " . .pdf")
@example("e\u200b\u0301.txt")
def test_every_name_is_safe(raw: str) -> None:
    name = safe_name(raw)
    assert 0 < len(name) <= 200
    assert not set(name) & set('/\\\0<>:"|?*')
    assert not {unicodedata.category(each) for each in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert name == name.strip(" .")
    assert not DEVICE.fullmatch(name)
    assert unicodedata.is_normalized("NFC", name)
    assert safe_name(name) == name


@given(st.one_of(ANYTHING, NASTY))
def test_the_stand_in_is_ascii_and_fits_between_quotes(raw: str) -> None:
    name = ascii_name(safe_name(raw))
    assert name
    assert re.fullmatch(r"[ -~]+", name)
    assert not set(name) & set('"\\%;/')


@pytest.mark.parametrize(
    ("name", "stand_in"),
    [
        ("Übersicht (final) – Kopie.pdf", "Uebersicht (final) - Kopie.pdf"),
        ("Größe.txt", "Groesse.txt"),
        ("Café Łódź.png", "Cafe Lodz.png"),
        ("日本語.pdf", "file.pdf"),
        ("100 %.pdf", "100 _.pdf"),
    ],
)
def test_the_stand_in_is_readable(name: str, stand_in: str) -> None:
    assert ascii_name(name) == stand_in


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe1\x00\x10Exif\0\0", "image/jpeg"),
        (b"GIF89a\1\0\1\0", "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "image/avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "image/avif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2", "video/mp4"),
        (
            b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1B\xf2\x81\4B\xf3\x81\x08B\x82\x84webm",
            "video/webm",
        ),
        (b"ID3\4\0\0\0\0\0\0", "audio/mpeg"),
        (b"OggS\0\2" + b"\0" * 22 + b"\1vorbis", "audio/ogg"),
        (b"%PDF-1.7\n1 0 obj", "application/pdf"),
        (b"Rar!\x1a\7\1\0", "application/vnd.rar"),
        (b"MZ\x90\0\3" + b"\0" * 60, "application/octet-stream"),
        (bytes(range(256)), "application/octet-stream"),
        (b"", "application/octet-stream"),
        ("Grüße".encode(), "text/plain"),
        ("Grüße".encode()[:3], "text/plain"),
        ("Grüße".encode("latin-1"), "application/octet-stream"),
        (b"<3 und mehr", "text/plain"),
    ],
)
def test_the_bytes_say_the_type(head: bytes, content_type: str) -> None:
    found = content_type_of(head, "name")
    if head.startswith(b"MZ"):
        assert not found.startswith(("text/", "image/", "video/", "audio/"))
    else:
        assert found == content_type


@pytest.mark.parametrize("name", ["Foto.png", "Brief.txt", "Notiz.md", "a.css", "ohne", "x.html"])
@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "image/svg+xml"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><!-- x --><svg:svg>", "image/svg+xml"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"  \n<script>alert(1)</script>", "text/html"),
        (b"<!-- <3 --><body onload=x>", "text/html"),
        ("<html>".encode("utf-16"), "text/html"),
        ("<HTML>Größe".encode("latin-1"), "text/html"),
        (b"<?xml version='1.0'?><rechnung/>", "application/xml"),
    ],
)
def test_markup_is_found_under_any_name(head: bytes, content_type: str, name: str) -> None:
    assert content_type_of(head, name) == content_type


def test_the_name_never_makes_a_picture() -> None:
    assert content_type_of(b"alert(1)", "Foto.png") == "text/plain"
    assert content_type_of(b"\0\1\2\3", "Foto.png") == "application/octet-stream"


def test_the_name_tells_text_from_text() -> None:
    assert content_type_of(b"a;b\n1;2", "Zahlen.CSV") == "text/csv"
    assert content_type_of(b"# Plan", "Plan.md") == "text/markdown"
    assert content_type_of(b"let x = 1", "x.js") == "text/javascript"
    assert content_type_of(b"let x = 1", "x.unbekannt") == "text/plain"


def test_the_name_tells_office_files_from_archives() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("[Content_Types].xml", "x")
    head = archive.getvalue()
    assert content_type_of(head, "Brief.docx").endswith("wordprocessingml.document")
    assert content_type_of(head, "Bilder.zip") == "application/zip"
    assert content_type_of(head, "Entwurf.sketch") == "application/zip"


@given(st.binary(max_size=64), ANYTHING)
def test_any_bytes_have_a_type(head: bytes, name: str) -> None:
    assert re.fullmatch(r"[\w.+-]+/[\w.+-]+", content_type_of(head, name))


def test_a_name_breaks_where_people_would_break_it_and_stays_text() -> None:
    assert softly("Plakat_A2-<b>.pdf") == "Plakat_<wbr>A2-<wbr>&lt;b&gt;.pdf"
