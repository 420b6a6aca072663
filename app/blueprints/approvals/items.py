"""What a round of an approval is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.files.models import File
from app.blueprints.files.versions import Version
from app.core.errors import Conflict
from app.core.models import UNNESTED, Model
from app.extensions import db

if TYPE_CHECKING:
    from app.blueprints.approvals.question import Question

WITH_WORDS = "~"
"""Parts the versions that somebody saw from the words that they read to them."""


class ApprovalItem(Model):
    """One version that a round of an approval is about."""

    __tablename__ = "approval_items"
    __table_args__ = (
        UniqueConstraint("approval_id", "round", "file_id"),
        Index("ix_approval_items_file_id_approval_id", "file_id", "approval_id"),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id"))
    round: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    file: Mapped[File] = relationship(lazy="raise")
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), index=True)
    version: Mapped[Version] = relationship(lazy="joined", innerjoin=UNNESTED)

    @classmethod
    def of_round(cls, approval: Question) -> Select[Self]:
        """The versions of the current round."""
        mine = (cls.approval_id == approval.id, cls.round == approval.round)
        return select(cls).where(*mine).order_by(cls.id)

    @classmethod
    def include(cls, approval: Question, version: Version) -> None:
        """Let the round be about this version. Raises Conflict if it is not the newest of a file in use."""
        file = db.session.get_one(File, version.file_id)
        if file.project_id != approval.project_id or file.hold() != version.number:
            raise Conflict(_l("There is a newer version of this file now. Please choose again."))
        file.must_be_in_use()
        cls.put(approval, file.id, version.id)

    @classmethod
    def put(cls, approval: Question, file_id: int, version_id: int) -> None:
        """Let the round be about a version of a file."""
        item = cls(approval_id=approval.id, round=approval.round)
        item.file_id, item.version_id = file_id, version_id
        db.session.add(item)


def seen_in(items: Iterable[ApprovalItem]) -> str:
    """What somebody has before them, for their word on it to carry: these versions."""
    return ",".join(sorted(item.version.public_id for item in items))
