"""What people upload, and what nobody should: pictures, documents and traps, made by hand."""

from __future__ import annotations

import io
import struct
import zlib

import pillow_heif
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

ORIENTATION, GPS = 0x0112, 0x8825
NORTH = {1: "N", 2: (53.0, 51.0, 56.0), 3: "E", 4: (10.0, 41.0, 2.0)}


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (800, 600), orientation: int = 6) -> bytes:
    """A photo as phones make them: lying on its side, red on its left, with the place where it was taken."""
    if kind == "HEIF":
        pillow_heif.register_heif_opener()
    image = Image.new("RGB", size, (0, 0, 200))
    image.paste((200, 0, 0), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update(NORTH)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extra = {"xmp": b"<x:xmpmeta>GPSLatitude</x:xmpmeta>"} if kind == "JPEG" else {}
    return _saved(image, kind, exif=exif.tobytes(), icc_profile=profile, **extra)


def an_animation() -> bytes:
    """A GIF of a red and a green frame."""
    red, green = (Image.new("RGB", (40, 30), colour) for colour in ("red", "lime"))
    return _saved(red, "GIF", save_all=True, append_images=[green], duration=100)


def a_pdf(pages: int = 3, text: str = "Öffnungszeiten über Ärger: ß", extra: str = "") -> bytes:
    """A PDF with umlauts, with the number of each page on it; `extra` joins its catalog."""
    count = range(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in count)
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {extra} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number in count:
        words = f"BT /F1 40 Tf 40 700 Td ({text} {number + 1}) Tj ET".encode("cp1252")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words))
    return _pdf(objects)


def a_pdf_with_a_script() -> bytes:
    """A PDF that runs JavaScript when it is opened, where a reader lets it."""
    return a_pdf(
        1, extra="/OpenAction << /S /JavaScript /JS (while\\(true\\){app.alert\\(1\\)}) >>"
    )


def a_png_of(width: int, height: int, content: bytes = b"", kind: int = 2) -> bytes:
    """A PNG that says to be this large."""
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return _png((b"IHDR", head), (b"IDAT", zlib.compress(content)))


def a_zip_bomb() -> bytes:
    """A PNG of few bytes that becomes 300 MB in memory, with another 300 MB that belong to nothing."""
    squeezed = zlib.compressobj(9)
    zeros = bytes(10_000_000)
    content = b"".join(squeezed.compress(zeros) for _ in range(60)) + squeezed.flush()
    head = struct.pack(">IIBBBBB", 10_000, 9_999, 8, 2, 0, 0, 0)
    return _png((b"IHDR", head), (b"IDAT", content))


def a_text_bomb() -> bytes:
    """A PNG with a comment that becomes very long."""
    info = PngInfo()
    info.add_text("Comment", "A" * 50_000_000, zip=True)
    return _saved(Image.new("RGB", (10, 10)), "PNG", pnginfo=info)


def a_drawing_with_a_script() -> bytes:
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" onload="alert(1)">'
        b"<script>alert(document.cookie)</script><rect width='40' height='20'/></svg>"
    )


def a_film() -> bytes:
    """The head of an MP4, with nothing that can be played."""
    return struct.pack(">I", 24) + b"ftypisom\x00\x00\x02\x00isommp42" + bytes(4_000)


def _saved(image: Image.Image, kind: str, **more: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **more)
    return stream.getvalue()


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    whole = b"\x89PNG\r\n\x1a\n"
    for kind, content in (*chunks, (b"IEND", b"")):
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        whole += struct.pack(">I", len(content)) + kind + content + checksum
    return whole


def _pdf(objects: list[bytes]) -> bytes:
    whole, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    whole += b"".join(b"%010d 00000 n \n" % place for place in places)
    whole += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return whole + b"startxref\n%d\n%%%%EOF\n" % start
