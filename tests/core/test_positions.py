"""Where a photo or film was made is left out of a copy: of the same length, and otherwise the same."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.core.positions import Without, positions_in
from tests.files import samples

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:GPSLatitude="53,51.1N"'
    b" drone-dji:GpsLongitude='10.68' tiff:Orientation=\"6\"><exif:GPSAltitude>17/1</exif:GPSAltitude>"
    b"</rdf:Description></x:xmpmeta>"
)
TOLD = (b"53,51.1N", b"10.68", b"17/1", b"+53.8500+010.6800")
pillow_heif.register_heif_opener()


def without_position(content: bytes) -> bytes:
    """The copy that others get."""
    copy = Without(io.BytesIO(content), positions_in(io.BytesIO(content)))
    return b"".join(iter(lambda: copy.read(1_000), b""))


def a_box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I", 8 + len(inside)) + kind + inside


def a_phone_film(pictures: bytes = b"") -> bytes:
    """A film as an iPhone makes them, and an Android phone, both in one."""
    place = a_box(b"\xa9xyz", b"\0\x11\x15\xc7+53.8500+010.6800/")
    old = a_box(b"loci", bytes(8) + b"+53.8500+010.6800")
    names = (b"com.apple.quicktime.make", b"com.apple.quicktime.location.ISO6709")
    keys = a_box(b"keys", bytes(4), struct.pack(">I", 2), *(a_box(b"mdta", each) for each in names))
    values = (b"Apple", b"+53.8500+010.6800+017.000/")
    items = [
        a_box(struct.pack(">I", number), a_box(b"data", struct.pack(">2I", 1, 0), value))
        for number, value in enumerate(values, 1)
    ]
    meta = a_box(b"meta", a_box(b"hdlr", bytes(24)), keys, a_box(b"ilst", *items))
    moov = a_box(b"moov", a_box(b"mvhd", bytes(100)), a_box(b"udta", place, old), meta)
    return a_box(b"ftyp", b"qt  \0\0\0\0qt  ") + a_box(b"mdat", pictures or bytes(500)) + moov


def a_photo_with_xmp(kind: str) -> bytes:
    image = Image.open(io.BytesIO(samples.a_photo("JPEG")))
    stream = io.BytesIO()
    image.save(stream, kind, exif=image.getexif().tobytes(), xmp=XMP, lossless=True)
    return stream.getvalue()


def a_packed_png(raw: bool) -> bytes:
    """A PNG as ImageMagick writes Exif data into it, or others compressed XMP."""
    info, exif = PngInfo(), Image.open(io.BytesIO(samples.a_photo())).getexif().tobytes()
    if raw:
        info.add_text("Raw profile type exif", f"\nexif\n{len(exif):8}\n{exif.hex()}\n", zip=True)
    else:
        info.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    stream = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(stream, "PNG", pnginfo=info)
    return stream.getvalue()


PICTURES = {kind: samples.a_photo(kind) for kind in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF")}
PICTURES |= {f"{kind} with XMP": a_photo_with_xmp(kind) for kind in ("JPEG", "WEBP", "PNG")}
PACKED = {"packed Exif": a_packed_png(True), "packed XMP": a_packed_png(False)}
MOVING = samples.a_photo() + a_phone_film(b"\0\xff\xd8\xff\xe1")
EVERYTHING = PICTURES | PACKED | {"film": a_phone_film(), "moving photo": MOVING}
EVERYTHING |= {"two photos": samples.a_photo() + a_photo_with_xmp("JPEG")}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_same_but_for_its_position(name: str) -> None:
    content = PICTURES[name]
    copy = without_position(content)
    assert len(copy) == len(content)
    before, after = (Image.open(io.BytesIO(each)) for each in (content, copy))
    assert not after.getexif().get_ifd(samples.GPS)
    assert after.getexif().get(samples.ORIENTATION) == before.getexif().get(samples.ORIENTATION)
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("name", EVERYTHING)
def test_nothing_is_left_to_be_left_out(name: str) -> None:
    content = EVERYTHING[name]
    copy = without_position(content)
    assert positions_in(io.BytesIO(content))
    assert not positions_in(io.BytesIO(copy))
    assert not any(told in copy for told in TOLD)
    assert b"GPSAltitude" not in content or b'tiff:Orientation="6"' in copy
    assert len(copy) == len(content)
    if name in PACKED:
        Image.open(io.BytesIO(copy)).load()


def test_a_film_keeps_its_pictures_and_what_else_it_tells() -> None:
    content = a_phone_film(b"film" * 1_000)
    copy = without_position(content)
    assert len(copy) == len(content)
    assert b"film" * 1_000 in copy
    assert b"Apple" in copy
    moov = copy.index(b"moov")
    assert copy[:moov] == content[:moov]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff", b"Text", samples.a_pdf(), samples.a_film(), samples.an_animation(), XMP]
    + [without_position(samples.a_photo(kind)) for kind in ("JPEG", "HEIF")],
)
def test_what_tells_no_position_stays_as_it_is(content: bytes) -> None:
    assert not positions_in(io.BytesIO(content))


@pytest.mark.parametrize("name", ["JPEG with XMP", "PNG", "HEIF", "TIFF", "film", "packed Exif"])
def test_broken_files_are_read_as_far_as_they_go(name: str) -> None:
    content, lot = EVERYTHING[name], random.Random(4)
    for _try in range(60):
        broken = bytearray(content[: lot.randrange(len(content))])
        for _byte in range(lot.randrange(12) if broken else 0):
            broken[lot.randrange(min(len(broken), 600))] = lot.choice([0, 1, 128, 255])
        assert len(without_position(bytes(broken))) == len(broken)


def a_tiff(*directories: bytes) -> bytes:
    return b"II*\0" + struct.pack("<I", 8) + b"".join(directories)


def entries(count: int, tag: int, value: int, following: int = 8) -> bytes:
    entry = struct.pack("<2H2I", tag, 5, 0xFFFFFFFF, value)
    return struct.pack("<H", count) + entry * count + struct.pack("<I", following)


def a_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + bytes(4)


@pytest.mark.parametrize(
    "content",
    [
        a_tiff(entries(65_535, samples.GPS, 8)),
        a_tiff(entries(60_000, samples.GPS, 8)) * 20,
        b"\xff\xd8\xff\xe0" * 100_000,
        b"\xff\xd8\xff\xe1" + b"\0\0\0\x08ftyp" * 100_000,
        b"\xff\xd8\xff\xe1\xff\xffhttp://ns.adobe.com/xap/1.0/\0" + b':gps ="' * 9_000,
        a_box(b"ftyp") + a_box(b"XMP_", b":gps  :gps=' <x:gps " * 100_000),
        a_box(b"ftyp") + a_box(b"moov") * 100_000,
        a_box(b"ftyp") + b"\0\0\0\0udta" * 100_000,
        b"\x89PNG\r\n\x1a\n"
        + a_chunk(
            b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"x 1 " + b"0" * 20_000_000)
        ),
        b"\x89PNG\r\n\x1a\n" + a_chunk(b"eXIf", b"") * 100_000,
    ],
    ids=range(10),
)
def test_a_trap_ends(content: bytes) -> None:
    spots = positions_in(io.BytesIO(content))
    assert len(spots) <= 2_000
    assert sum(spot.end - spot.start for spot in spots) <= 20_000_000
