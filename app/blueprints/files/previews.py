"""Previews: what a version looks like, page by page, as pictures that the worker makes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import BigInteger, ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.due import Due
from app.core.storage import IN_STORAGE
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.files.versions import Version

WAITING, READY, BROKEN = "waiting", "ready", "broken"
PDF, SVG = "application/pdf", "image/svg+xml"
PICTURES = {
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/heic", "image/tiff", "image/bmp"
}  # fmt: skip
DRAWN = PICTURES | {PDF, SVG}
MOST_PAGES = 40
MOST_BYTES = 500_000_000
SMALL_WIDTH, SMALL_HEIGHT = 480, 960


class Preview(Due):
    """A page of a version as a small and a large picture; what has no pages counts as one.

    Drawings (SVG) have a row without pictures: browsers draw them from the original.
    """

    __tablename__ = "previews"
    __table_args__ = (UniqueConstraint("version_id", "page"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    page: Mapped[int] = mapped_column(default=1)
    pages: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    small_key: Mapped[str | None] = mapped_column(String(60), unique=True, info=IN_STORAGE)
    small_size: Mapped[int] = mapped_column(BigInteger, default=0)
    large_key: Mapped[str | None] = mapped_column(String(60), unique=True, info=IN_STORAGE)
    large_size: Mapped[int] = mapped_column(BigInteger, default=0)

    @classmethod
    def begin(cls, version: Version) -> None:
        """Have the first page of a new version drawn, if it is of a kind that can be."""
        if version.content_type in DRAWN:
            db.session.flush()
            db.session.add(cls(version_id=version.id, due_at=clock.now()))

    @classmethod
    def of_versions(cls, numbers: list[int]) -> Select[Self]:
        """All pages of some versions, by their numbers, in their order."""
        return select(cls).where(cls.version_id.in_(numbers)).order_by(cls.version_id, cls.page)

    @classmethod
    def page_of(cls, version: Version, number: int) -> Select[Self]:
        """One page of a version."""
        return select(cls).where(cls.version_id == version.id, cls.page == number)

    @classmethod
    def due(cls) -> Select[Any]:
        """First pages come before all others: a long document must not keep people waiting."""
        return super().due().order_by(None).order_by(cls.page, cls.due_at, cls.id)

    @property
    def is_ready(self) -> bool:
        return self.state == READY

    @property
    def is_waiting(self) -> bool:
        return self.state == WAITING

    @property
    def has_sizes(self) -> bool:
        """Whether the small picture is smaller than the large one."""
        return self.small_key is not None and self.small_width < self.width

    @property
    def small_width(self) -> int:
        """How wide the small picture is."""
        scale = min(1.0, SMALL_WIDTH / self.width, SMALL_HEIGHT / self.height)
        return max(round(self.width * scale), 1)

    @property
    def pages_left_out(self) -> bool:
        """Whether the version has more pages than are drawn."""
        return self.pages > MOST_PAGES

    def show(self, width: int, height: int, pages: int) -> None:
        """Note that the picture is there. After a first page, the others are due."""
        self.state, self.width, self.height, self.pages = READY, width, height, pages
        self.settle()
        if self.page == 1:
            for number in range(2, min(pages, MOST_PAGES) + 1):
                self._add_page(number, pages)

    def give_up(self, problem: str) -> None:
        """Note that there will be no picture, and why: broken, large or locked."""
        super().give_up(problem)
        self.state = BROKEN

    def retry(self, problem: str, until: datetime) -> None:
        """Try once more after something ended the drawing; what does so twice is given up."""
        if self.tries >= 2:
            self.give_up(problem)
        else:
            self.put_off(problem, until)

    def _add_page(self, number: int, pages: int) -> None:
        row = Preview(version_id=self.version_id, page=number, pages=pages, due_at=clock.now())
        db.session.add(row)
