"""What a round of an approval is about."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.blueprints.files.models import File, Version
from app.core.models import Model


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
    version: Mapped[Version] = relationship(lazy="joined", innerjoin=True)
