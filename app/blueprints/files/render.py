"""Makes pictures of one page of a file: run as a program of its own, with limits, on what anybody may have sent.

It knows nothing of the portal, and is started by its path with an empty environment, so that neither the
application nor its secrets are in the process that reads strangers' files: the file comes as standard input,
`small.webp`, `large.webp` and `about.json` go into a folder.
"""

from __future__ import annotations

import contextlib
import json
import re
import resource
import sys
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from PIL import Image

SMALL, LARGE = (480, 960), (1600, 8000)
MOST_PIXELS = 100_000_000
MOST_MARKUP = 1_000_000
MEMORY = 1_200_000_000
SECONDS = 20
LARGEST_RESULT = 20_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "HEIF", "TIFF", "BMP")
ORIENTATION, SIDEWAYS = 0x0112, (5, 6, 7, 8)
LOCKED = 4  # what PDFium says to a document with a password
ROOT = re.compile(rb"<(?:\w+:)?svg\b[^>]*>")
LENGTH = r"""\s%s\s*=\s*["']\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*["']"""
VIEW_BOX = re.compile(
    r"""\sviewBox\s*=\s*["']\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.]+)[\s,]+([\d.]+)"""
)


class TooLarge(Exception):
    """It has more pixels or more markup than anybody can look at."""


class Locked(Exception):
    """It asks for a password."""


def main() -> None:
    """Draw standard input: a type, the number of a page and a folder are the arguments."""
    kind, page, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    _limit()
    try:
        about = _drawn(sys.stdin.buffer, kind, page, folder)
    except (TooLarge, MemoryError):
        about = {"problem": "large"}
    except Locked:
        about = {"problem": "locked"}
    except Exception:  # Whatever a library says to a broken file: there is no picture of it.
        about = {"problem": "broken"}
    (folder / "about.json").write_text(json.dumps(about))


def _limit() -> None:
    """Take from this process what it does not need; what goes beyond, ends it."""
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_FSIZE: LARGEST_RESULT,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, limit))
    with contextlib.suppress(OSError):  # When memory runs short, this goes first, not the worker.
        Path("/proc/self/oom_score_adj").write_text("1000")


def _drawn(source: BinaryIO, kind: str, page: int, folder: Path) -> dict[str, Any]:
    if kind == "image/svg+xml":
        width, height = _measured(source)
        return {"width": width, "height": height, "pages": 1}
    pages = 1
    if kind == "application/pdf":
        image, pages = _page(source, page)
    else:
        image = _picture(source)
    image.save(folder / "large.webp", "WEBP", quality=82, exif=b"", xmp=b"", icc_profile=b"")
    about = {"width": image.width, "height": image.height, "pages": pages}
    image.thumbnail(SMALL)
    image.save(folder / "small.webp", "WEBP", quality=78, exif=b"", xmp=b"", icc_profile=b"")
    return about


def _page(source: BinaryIO, number: int) -> tuple[Image.Image, int]:
    """A page of a PDF, and how many there are. This build of PDFium has no JavaScript at all."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise Locked() if error.err_code == LOCKED else error from None
    document.init_forms()  # What was filled in belongs to the page.
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(LARGE[0] / max(width, 1), LARGE[1] / max(height, 1))
    image: Image.Image = page.render(scale=scale).to_pil()
    image.thumbnail(LARGE)  # It may be a pixel too large.
    return image.convert("RGB"), len(document)


def _picture(source: BinaryIO) -> Image.Image:
    """The first frame, upright, in the colours of the web; never larger than it is."""
    import pillow_heif
    from PIL import Image, ImageOps

    for name in ("Avif", "Tiff", "WebP"):  # The other formats are there from the start.
        import_module(f"PIL.{name}ImagePlugin")
    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        image: Image.Image = Image.open(source, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise TooLarge() from error
    if image.width * image.height > MOST_PIXELS:
        raise TooLarge()
    on_its_side = image.getexif().get(ORIENTATION) in SIDEWAYS
    image = _with_smooth_colours(image)
    image.thumbnail(LARGE[::-1] if on_its_side else LARGE, reducing_gap=2.0)
    return _in_srgb(ImageOps.exif_transpose(image))


def _with_smooth_colours(image: Image.Image) -> Image.Image:
    """Without palettes, keyed transparency and 16 bits, which can't be scaled well."""
    if image.mode.startswith(("I", "F")):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("1", "P", "PA") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    alpha = image.getchannel("A") if "A" in image.getbands() else None
    if alpha is not None:
        image = image.convert("L" if image.mode == "LA" else "RGB")
    profile = image.info.get("icc_profile")
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):  # A broken profile is no profile.
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            web = ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, given, web, outputMode="RGB") or image
    image = image.convert("RGB")
    if alpha is not None:
        image.putalpha(alpha)
    return image


def _measured(source: BinaryIO) -> tuple[int, int]:
    """The proportions of a drawing, which browsers draw themselves."""
    markup = source.read(MOST_MARKUP + 1)
    if len(markup) > MOST_MARKUP:
        raise TooLarge()
    root = ROOT.search(markup)
    if root is None:
        raise ValueError("There is no drawing in it.")
    tag = root[0].decode(errors="replace")
    box = VIEW_BOX.search(tag)
    sides = [re.search(LENGTH % name, tag) for name in ("width", "height")]
    found = [float(side[1]) for side in sides if side]
    if len(found) < 2:
        found = [float(side) for side in box.groups()] if box else [300.0, 150.0]
    width, height = (min(max(side, 1.0), 1e6) for side in found)
    scale = min(1.0, LARGE[0] / width, LARGE[1] / height)
    return max(round(width * scale), 1), max(round(height * scale), 1)


if __name__ == "__main__":
    main()
