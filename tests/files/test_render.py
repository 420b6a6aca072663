"""The program that makes pictures: upright, in the right colours, without what tells where; and no trap holds it."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.blueprints.files import drawing
from app.blueprints.files.drawing import Drawing, Ended, Unreadable, drawn
from app.core.storage import new_key, storage
from tests.files import samples

pytestmark = pytest.mark.only("sqlite")
AT_MOST = 10  # seconds for anything that anybody can send


@pytest.fixture
def picture_of(app: Any, tmp_path: Path) -> Any:
    """Draws these bytes; gives what is said about it."""

    def picture_of(content: bytes, mime: str, page: int = 1) -> Drawing:
        key = new_key()
        storage().put(key, io.BytesIO(content))
        began = time.monotonic()
        try:
            return drawn(key, mime, page, tmp_path)
        finally:
            assert time.monotonic() - began < AT_MOST

    return picture_of


@pytest.mark.parametrize(("make", "mime"), [("JPEG", "image/jpeg"), ("HEIF", "image/heic")])
def test_a_phone_photo_stands_upright_and_does_not_tell_where(
    picture_of: Any, make: str, mime: str
) -> None:
    photo = samples.a_photo(make)
    made = picture_of(photo, mime)
    large = opened(made.large)
    assert (large.size, (made.width, made.height)) == ((600, 800), (600, 800))
    assert is_red(large.getpixel((300, 100)))
    assert not is_red(large.getpixel((300, 700)))
    for path in (made.large, made.small):
        content = path.read_bytes()
        assert not any(trace in content for trace in (b"EXIF", b"XMP ", b"ICCP", b"GPS"))
        assert dict(opened(path).getexif()) == {}


def test_the_small_picture_is_small_and_the_large_one_never_larger_than_the_original(
    picture_of: Any,
) -> None:
    made = picture_of(samples.a_photo(size=(4000, 3000), orientation=1), "image/jpeg")
    assert (opened(made.large).size, opened(made.small).size) == ((1600, 1200), (480, 360))
    made = picture_of(samples.a_photo(size=(200, 100), orientation=1), "image/jpeg")
    assert opened(made.large).size == (200, 100)


def test_colours_are_those_of_the_web(picture_of: Any) -> None:
    stream = io.BytesIO()
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(stream, "JPEG")
    assert is_red(opened(picture_of(stream.getvalue(), "image/jpeg").large).getpixel((20, 20)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "I;16"])
def test_every_kind_of_colour_can_be_drawn_and_stays_clear_where_it_was(
    picture_of: Any, mode: str
) -> None:
    image = Image.new("RGBA", (30, 20), (255, 255, 255, 0))
    image = Image.new(mode, (30, 20)) if mode == "I;16" else image.convert(mode)
    stream = io.BytesIO()
    image.save(stream, "TIFF" if mode in ("PA", "LA") else "PNG")
    made = opened(picture_of(stream.getvalue(), "image/png").large)
    assert made.size == (30, 20)
    if mode in ("LA", "RGBA"):
        assert made.getpixel((10, 10))[3] == 0


def test_of_an_animation_the_first_frame_is_shown(picture_of: Any) -> None:
    made = opened(picture_of(samples.an_animation(), "image/gif").large)
    assert is_red(made.getpixel((20, 15)))
    assert getattr(made, "n_frames", 1) == 1


def test_each_page_of_a_pdf_is_a_picture(picture_of: Any) -> None:
    pictures = []
    for page in (1, 2, 3):
        made = picture_of(samples.a_pdf(), "application/pdf", page)
        assert (made.width, made.pages) == (1600, 3)
        pictures.append(opened(made.large).convert("L").tobytes())
    assert len(set(pictures)) == 3
    assert pictures != [pictures[0]] * 3


def test_umlauts_of_a_pdf_are_drawn(picture_of: Any) -> None:
    plain = picture_of(samples.a_pdf(1, "Offnungszeiten"), "application/pdf")
    without = opened(plain.large).convert("L").tobytes()
    dotted = picture_of(samples.a_pdf(1, "Öffnungszeiten"), "application/pdf")
    assert opened(dotted.large).convert("L").tobytes() != without


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (b'width="120" height="60px"', (120, 60)),
        (b'viewBox="0 0 3200 1600"', (1600, 800)),
        (b"viewBox='-5 -5 10,5'", (10, 5)),
        (b'width="100%" height="0"', (300, 150)),
        (b'viewBox="0 0 0 0"', (1, 1)),
    ],
)
def test_a_drawing_is_only_measured(
    picture_of: Any, size: bytes, expected: tuple[int, int]
) -> None:
    made = picture_of(b"<?xml version='1.0'?><svg " + size + b"></svg>", "image/svg+xml")
    assert ((made.width, made.height), made.large) == (expected, None)


@pytest.mark.parametrize(
    ("content", "mime", "why"),
    [
        (samples.a_png_of(50_000, 50_000), "image/png", "large"),
        (samples.a_png_of(12_000, 9_000), "image/png", "large"),
        (b"<html><script>alert(1)</script></html>", "image/jpeg", "broken"),
        (samples.a_film(), "image/jpeg", "broken"),
        (samples.a_photo()[:2_000], "image/jpeg", "broken"),
        (samples.a_photo("HEIF")[:900], "image/heic", "broken"),
        (samples.a_text_bomb(), "image/png", "broken"),
        (b"%PDF-1.7\nnothing", "application/pdf", "broken"),
        (b"", "application/pdf", "broken"),
        (b"<svg " + b" " * 1_100_000 + b"/>", "image/svg+xml", "large"),
        (b"<html>", "image/svg+xml", "broken"),
    ],
)
def test_what_is_too_large_or_broken_is_told(
    picture_of: Any, content: bytes, mime: str, why: str
) -> None:
    with pytest.raises(Unreadable, match=why):
        picture_of(content, mime)


def test_a_picture_that_unfolds_to_hundreds_of_megabytes_is_drawn_in_bounds(
    picture_of: Any,
) -> None:
    bomb = samples.a_zip_bomb()
    assert len(bomb) < 1_000_000
    assert opened(picture_of(bomb, "image/png").large).size == (1600, 1600)


def test_scripts_in_a_pdf_do_not_run(picture_of: Any) -> None:
    assert picture_of(samples.a_pdf_with_a_script(), "application/pdf").pages == 1


def test_what_takes_too_long_is_ended(picture_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "PATIENCE", 0.05)
    with pytest.raises(Ended):
        picture_of(samples.a_photo(), "image/jpeg")


def test_the_program_has_limits_and_none_of_our_secrets(
    picture_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOYER_SECRET_KEY", "not for others")
    program = drawing.PROGRAM.read_text().replace(
        "        about = _drawn(sys.stdin.buffer, kind, page, folder)\n",
        "        import os\n"
        "        limits = [resource.getrlimit(each)[0] for each in (0, 1, 9)]\n"
        "        about = {'problem': f'{sorted(os.environ)} {limits}'}\n",
    )
    own = tmp_path / "render.py"
    own.write_text(program)
    monkeypatch.setattr(drawing, "PROGRAM", own)
    with pytest.raises(Unreadable) as told:
        picture_of(b"x", "image/png")
    assert "FOYER" not in str(told.value)
    assert "[20, 20000000, 1200000000]" in str(told.value)


def opened(path: Path | None) -> Image.Image:
    assert path is not None
    image = Image.open(path)
    assert image.format == "WEBP"
    image.load()
    return image


def is_red(pixel: Any) -> bool:
    return bool(pixel[0] > 150 > pixel[2])
