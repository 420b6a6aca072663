"""How a version is shown, large: pages as pictures, a player, its text, where a link leads to, or a tile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.blueprints.files.previews import Preview
from app.blueprints.files.versions import Version
from app.core.downloads import shows
from app.core.models import every
from app.core.storage import StorageError, storage

MOST_TEXT = 200_000
MOST_LOOKS = 30
ALSO_TEXT = {"application/json", "application/xml", "application/xhtml+xml"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What there is to see of a version from one of its pages on.

    kind: pages, video, audio, text, markdown, link, or none. `looks`: how often the page has asked already.
    """

    version: Version
    kind: str
    previews: Sequence[Preview] = ()
    looks: int = 0
    text: str = ""
    is_cut: bool = False

    @property
    def shown(self) -> Sequence[Preview]:
        """The pages up to the first that is not drawn yet."""
        waiting = self.waiting
        return [each for each in self.previews if waiting is None or each.page < waiting.page]

    @property
    def waiting(self) -> Preview | None:
        """The next page that will be drawn."""
        return next((each for each in self.previews if each.is_waiting), None)

    @property
    def asks_again(self) -> bool:
        """Whether the page should look once more whether the rest is there."""
        return self.waiting is not None and self.looks < MOST_LOOKS


def sheet_of(version: Version, start: int = 1, looks: int = 0) -> Sheet:
    """One version, from a page on."""
    sheet = sheets_of([version])[version.id]
    later = [each for each in sheet.previews if each.page >= start]
    return Sheet(version, sheet.kind, later, looks, sheet.text, sheet.is_cut)


def sheets_of(versions: Sequence[Version]) -> dict[int, Sheet]:
    """Some versions by their numbers, in one query however many pages they have."""
    pages: dict[int, list[Preview]] = {version.id: [] for version in versions}
    for preview in every(Preview.of_versions(list(pages))):
        pages[preview.version_id].append(preview)
    return {version.id: _sheet(version, pages[version.id]) for version in versions}


def plays(version: Version) -> bool:
    """Whether a browser can play it."""
    return kind_of(version) in ("video", "audio") and shows(version.content_type)


def kind_of(version: Version) -> str:
    """The first half of the type, for what is known by it: video, audio, text."""
    return version.content_type.partition("/")[0]


def _sheet(version: Version, previews: Sequence[Preview]) -> Sheet:
    if version.is_link:
        return Sheet(version, "link")
    if previews:
        return Sheet(version, "pages", previews)
    if plays(version):
        return Sheet(version, kind_of(version))
    if kind_of(version) == "text" or version.content_type in ALSO_TEXT:
        return _text(version)
    return Sheet(version, "none")


def _text(version: Version) -> Sheet:
    try:
        begun = b"".join(storage().read(version.stored_as, 0, min(version.size, MOST_TEXT)))
    except StorageError:  # The page is of use without it.
        return Sheet(version, "none")
    text = begun.decode("utf-8-sig", "ignore")
    kind = "markdown" if version.content_type == "text/markdown" else "text"
    return Sheet(version, kind, text=text, is_cut=version.size > MOST_TEXT)
